package dev.elastigres.demo;

import java.io.PrintStream;
import java.time.Duration;

/// Prints one line for each event, for pipes, files and terminals without cursor control.
final class PlainView implements DemoView {
    private final PrintStream out;

    /// @param opening the first line
    PlainView(PrintStream out, String opening) {
        this.out = out;
        out.println(opening);
    }

    @Override
    public void happened(Duration at, DemoNotice notice) {
        out.println(DemoTextFormatter.time(at) + "  " + notice.line());
    }

    @Override
    public void gauge(Duration at, DemoSnapshot snapshot) {}

    @Override
    public void ended(DemoResult ending) {
        out.println();
        out.println("Summary");
        ending.lines().forEach(out::println);
    }

    @Override
    public void close() {}
}
