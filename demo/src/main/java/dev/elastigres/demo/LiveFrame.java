package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.host.terminal.TerminalSize;
import dev.elastigres.host.terminal.TerminalText;
import dev.elastigres.host.terminal.TerminalText.TextStyle;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// Formats a state as lines that fit the terminal's width.
///
/// @param text formatter for the terminal
record LiveFrame(MachineSizes scale, TerminalText text) {
    static final int HEIGHT = 4;
    static final TerminalSize MIN_TERMINAL = new TerminalSize(HEIGHT + 4, 20);

    private static final int LABEL = 8;
    private static final int MAX_BAR_LENGTH = 72;

    List<String> lines(Duration at, DemoSnapshot snapshot) {
        int units = scale.covering(snapshot.size());
        return List.of(
                line(
                        "",
                        DemoTextFormatter.time(at).strip() + " - " + snapshot.step(),
                        TextStyle.BOLD),
                label("memory") + bar(snapshot),
                line("", usage(snapshot), TextStyle.PLAIN),
                line(
                        "size",
                        "%s %d of %d compute units, %s vCPU; effective_cache_size %s"
                                .formatted(
                                        units(units),
                                        units,
                                        scale.max(),
                                        vcpus(snapshot.size().vcpus()),
                                        snapshot.cache()),
                        TextStyle.PLAIN));
    }

    private static String usage(DemoSnapshot snapshot) {
        String threshold =
                snapshot.threshold().equals(Bytes.MAX) ? "?" : snapshot.threshold().toString();
        return "%s used, threshold %s, machine %s"
                .formatted(snapshot.used(), threshold, snapshot.size().memory());
    }

    private static String vcpus(double vcpus) {
        return String.format(Locale.ROOT, "%.2f", vcpus);
    }

    private String units(int units) {
        String have = text.unicode() ? "●" : "#";
        String none = text.unicode() ? "○" : ".";
        return have.repeat(units) + none.repeat(scale.max() - units);
    }

    private static String label(String name) {
        return ("%-" + LABEL + "s").formatted(name);
    }

    /// Returns a bar of used, present and possible memory, with a mark at the threshold.
    private String bar(DemoSnapshot snapshot) {
        int width = Math.clamp(text.columns() - LABEL - 1, 1, MAX_BAR_LENGTH);
        return text.bar(
                width,
                part(snapshot.used()),
                part(snapshot.size().memory()),
                part(snapshot.threshold()),
                snapshot.used().isLessThan(snapshot.threshold()) ? TextStyle.GREEN : TextStyle.RED);
    }

    private double part(Bytes memory) {
        return Math.min((double) memory.value() / scale.memory(scale.max()).value(), 1);
    }

    private String line(String label, String content, TextStyle style) {
        return text.paint(style, text.fit(label(label) + content));
    }
}
