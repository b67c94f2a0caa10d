package dev.elastigres.vm.state;

import java.util.Optional;
import java.util.OptionalInt;

/// The current state of a VM, derived from its files and processes.
public sealed interface VmState {
    /// Exit code that a shell reports for a program killed by signal 9.
    int KILLED = 128 + 9;

    record Running(VmRun run) implements VmState {}

    /// The VM was never started, or it ended normally.
    record Stopped() implements VmState {}

    /// The VM was restored from a snapshot and will resume from there.
    record Saved() implements VmState {}

    /// The VM ran and ended without a command.
    record Dead(String why) implements VmState {}

    /// The observations from which the state is derived.
    ///
    /// @param run the recorded last start; empty after a normal end
    /// @param alive whether the recorded QEMU process is alive
    /// @param thisBoot whether that start was after the last boot of this machine
    /// @param exitCode exit code of its QEMU, as its parent shell recorded it
    /// @param lastLogLine last line of QEMU's log; may be empty
    /// @param saved whether a saved state from a snapshot exists
    record VmEvidence(
            Optional<VmRun> run,
            boolean alive,
            boolean thisBoot,
            OptionalInt exitCode,
            String lastLogLine,
            boolean saved) {}

    static VmState from(VmEvidence evidence) {
        if (evidence.run().isEmpty()) return evidence.saved() ? new Saved() : new Stopped();
        if (evidence.alive()) return new Running(evidence.run().get());
        if (!evidence.thisBoot()) return new Dead("this machine was restarted while it ran");
        if (evidence.exitCode().isEmpty()) return new Dead("its QEMU ended without an exit code");
        int code = evidence.exitCode().getAsInt();
        if (code == 0) return new Stopped();
        if (code == KILLED)
            return new Dead(
                    "its QEMU was killed by signal 9; possibly this host ran out of memory:"
                            + " see `dmesg`");
        if (code > 128) return new Dead("its QEMU was killed by signal " + (code - 128));
        return new Dead(
                "its QEMU failed with code "
                        + code
                        + (evidence.lastLogLine().isBlank() ? "" : ": " + evidence.lastLogLine()));
    }

    /// Returns the state as one word, for tables.
    default String title() {
        return switch (this) {
            case Running _ -> "running";
            case Stopped _ -> "stopped";
            case Saved _ -> "saved";
            case Dead _ -> "dead";
        };
    }
}
