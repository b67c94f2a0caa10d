package dev.elastigres.vm.qemu;

/// Words for a POSIX shell.
public final class Shell {
    private Shell() {}

    /// `word` as one word, whatever is in it.
    public static String quoted(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
