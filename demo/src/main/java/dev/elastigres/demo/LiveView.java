package dev.elastigres.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/// Draws a picture at the bottom of the terminal several times per second; events scroll by above
/// it.
final class LiveView implements DemoView {
    private static final String HIDE_CURSOR = "\u001b[?25l";
    private static final String SHOW_CURSOR = "\u001b[?25h";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final PrintStream out;
    private final Function<Duration, LiveFrame> frames;
    private List<String> picture = List.of();

    /// @param frames returns the frame of the picture at a given time
    /// @param opening the first line
    LiveView(PrintStream out, Function<Duration, LiveFrame> frames, String opening) {
        this.out = out;
        this.frames = frames;
        print(HIDE_CURSOR + opening + "\n\n");
    }

    @Override
    public void happened(Duration at, DemoNotice notice) {
        String line = DemoTextFormatter.time(at) + "  " + notice.line() + "\n";
        print(erased() + line + drawn());
    }

    @Override
    public void gauge(Duration at, DemoSnapshot snapshot) {
        String erased = erased();
        picture = frames.apply(at).lines(at, snapshot);
        print(erased + drawn());
    }

    @Override
    public void ended(DemoResult ending) {
        String erased = erased();
        picture = List.of();
        print(erased + "\nSummary\n" + String.join("\n", ending.lines()) + "\n");
    }

    private String erased() {
        return picture.isEmpty() ? "" : "\u001b[%dA".formatted(picture.size() + 1) + CLEAR_BELOW;
    }

    private String drawn() {
        return picture.isEmpty() ? "" : "\n" + String.join("\n", picture) + "\n";
    }

    /// Prints in a single write, because a partly drawn picture would flicker.
    private void print(String text) {
        out.print(text);
        out.flush();
    }

    @Override
    public void close() {
        print(erased() + SHOW_CURSOR);
        picture = List.of();
    }
}
