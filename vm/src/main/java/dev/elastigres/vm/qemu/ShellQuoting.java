package dev.elastigres.vm.qemu;

/// Quotes words for a POSIX shell.
public final class ShellQuoting {
    private ShellQuoting() {}

    /// Returns `word` quoted, so that the shell reads any content as one word.
    public static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
