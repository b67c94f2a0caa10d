package dev.elastigres.vm.qemu;

/// Words for a POSIX shell.
public final class ShellQuoting {
    private ShellQuoting() {}

    /// `word` as one word, whatever is in it.
    public static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
