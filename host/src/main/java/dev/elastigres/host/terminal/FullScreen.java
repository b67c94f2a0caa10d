package dev.elastigres.host.terminal;

import java.io.PrintStream;
import java.util.List;

/// Draws pictures on the whole terminal. The previous contents return when it is closed. Not
/// thread-safe, except for [#close].
public final class FullScreen implements AutoCloseable {
    private static final String OPEN = "\u001b[?1049h\u001b[?25l";
    private static final String CLOSE = "\u001b[?25h\u001b[?1049l";
    private static final String TOP = "\u001b[H";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final PrintStream out;
    private boolean open = true;

    public FullScreen(PrintStream out) {
        this.out = out;
        print(OPEN);
    }

    /// Replaces the picture.
    ///
    /// @param lines at most as many lines as the terminal has rows, each shorter than its width
    public synchronized void draw(List<String> lines) {
        if (open) print(TOP + String.join(CLEAR_LINE + "\r\n", lines) + CLEAR_LINE + CLEAR_BELOW);
    }

    /// Prints in a single write, because a partly drawn picture would flicker.
    private void print(String text) {
        out.print(text);
        out.flush();
    }

    @Override
    public synchronized void close() {
        if (open) print(CLOSE);
        open = false;
    }
}
