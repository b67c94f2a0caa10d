package dev.elastigres.demo;

import java.io.PrintStream;
import java.time.Duration;

/// One line for everything that happens, for pipes, files and terminals that cannot be drawn on.
final class PlainView implements View {
    private final PrintStream out;

    /// @param opening the first line
    PlainView(PrintStream out, String opening) {
        this.out = out;
        out.println(opening);
    }

    @Override
    public void happened(Duration at, Told told) {
        out.println(Telling.time(at) + "  " + told.line());
    }

    @Override
    public void gauge(Duration at, Gauge gauge) {}

    @Override
    public void ended(Ending ending) {
        out.println();
        out.println("Summary");
        ending.lines().forEach(out::println);
    }

    @Override
    public void close() {}
}
