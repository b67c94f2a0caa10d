package dev.elastigres.cli.demo;

import java.io.PrintStream;
import java.time.Duration;

/// One line for everything that happens, for pipes, files and terminals that cannot be drawn on.
final class PlainView implements View {
    private final PrintStream out;

    PlainView(PrintStream out) {
        this.out = out;
        out.println(Telling.MADE_UP);
    }

    @Override
    public void happened(Duration at, Happening happening) {
        out.println(Telling.time(at) + "  " + Telling.line(happening));
    }

    @Override
    public void gauge(Duration at, Gauge gauge) {}

    @Override
    public void ended(Summary summary) {
        out.println();
        out.println("Summary");
        Telling.summary(summary).forEach(out::println);
    }

    @Override
    public void close() {}
}
