package dev.elastigres.agent.driver;

/// The end of a VM that was not stopped by a command of elastigres.
///
/// @param died whether it certainly died; otherwise it may have been stopped in another way
/// @param why the reason, as far as it is known, in one clause
public record VmEnd(boolean died, String why) {
    /// Returns a clause without its subject, which is the VM.
    public String text() {
        return (died ? "died: " : "ended: ") + why;
    }
}
