package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// Formats a state as lines that fit the terminal's width.
///
/// @param columns of the terminal
/// @param colour whether colours are used
/// @param unicode whether block characters are used
record LiveFrame(MachineSizes scale, int columns, boolean colour, boolean unicode) {
    static final int HEIGHT = 4;

    private static final int LABEL = 8;
    private static final int MAX_BAR_LENGTH = 72;

    private static final String RED = "\u001b[31m";
    private static final String GREEN = "\u001b[32m";
    private static final String DIM = "\u001b[2m";
    private static final String BOLD = "\u001b[1m";
    private static final String RESET = "\u001b[0m";

    List<String> lines(Duration at, DemoSnapshot snapshot) {
        int units = scale.covering(snapshot.size());
        return List.of(
                line("", DemoTextFormatter.time(at).strip() + " - " + snapshot.step(), BOLD),
                label("memory") + bar(snapshot),
                line("", usage(snapshot), ""),
                line(
                        "size",
                        "%s %d of %d compute units, %s vCPU; effective_cache_size %s"
                                .formatted(
                                        units(units),
                                        units,
                                        scale.max(),
                                        vcpus(snapshot.size().vcpus()),
                                        snapshot.cache()),
                        ""));
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
        String have = unicode ? "●" : "#";
        String none = unicode ? "○" : ".";
        return have.repeat(units) + none.repeat(scale.max() - units);
    }

    private static String label(String name) {
        return ("%-" + LABEL + "s").formatted(name);
    }

    /// Returns a bar of used, present and possible memory, with a mark at the threshold.
    private String bar(DemoSnapshot snapshot) {
        int width = Math.clamp(columns - LABEL - 1, 1, MAX_BAR_LENGTH);
        int used = cells(snapshot.used(), width);
        int has = cells(snapshot.size().memory(), width);
        int mark = Math.min(cells(snapshot.threshold(), width), width - 1);
        int present = Math.max(used, has);
        String cells =
                (unicode ? "█" : "#").repeat(used)
                        + (unicode ? "░" : "-").repeat(present - used)
                        + (unicode ? "·" : ".").repeat(width - present);
        String style = snapshot.used().isLessThan(snapshot.threshold()) ? GREEN : RED;
        return part(cells, 0, Math.min(used, mark), style)
                + part(cells, used, mark, DIM)
                + paint(BOLD, unicode ? "┃" : "|")
                + part(cells, mark + 1, used, style)
                + part(cells, Math.max(mark + 1, used), width, DIM);
    }

    private String part(String cells, int from, int to, String style) {
        return from < to ? paint(style, cells.substring(from, to)) : "";
    }

    private int cells(Bytes memory, int width) {
        double part = (double) memory.value() / scale.memory(scale.max()).value();
        return (int) Math.round(Math.min(part, 1) * width);
    }

    private String line(String label, String text, String style) {
        return paint(style, fit(label(label) + text));
    }

    /// Truncates `text` to one line: a wrapped line would break the picture.
    private String fit(String text) {
        int room = Math.max(columns - 1, 1);
        return text.length() <= room ? text : text.substring(0, room);
    }

    private String paint(String style, String text) {
        return colour && !style.isEmpty() ? style + text + RESET : text;
    }
}
