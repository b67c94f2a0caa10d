package dev.elastigres.host.terminal;

/// Formats text for a terminal.
///
/// @param columns width of the terminal
/// @param colour whether escape sequences for styles are used
/// @param unicode whether block characters are used
public record TerminalText(int columns, boolean colour, boolean unicode) {
    private static final String RESET = "\u001b[0m";

    /// Styles of text.
    public enum TextStyle {
        PLAIN(""),
        BOLD("\u001b[1m"),
        DIM("\u001b[2m"),
        REVERSE("\u001b[7m"),
        RED("\u001b[31m"),
        GREEN("\u001b[32m"),
        YELLOW("\u001b[33m");

        private final String sequence;

        TextStyle(String sequence) {
            this.sequence = sequence;
        }
    }

    /// Returns text of other users with `?` in place of control characters, which would change the
    /// terminal.
    public static String printable(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    public String paint(TextStyle style, String text) {
        return colour && style != TextStyle.PLAIN && !text.isEmpty()
                ? style.sequence + text + RESET
                : text;
    }

    /// Truncates text without styles to one line: a wrapped line would break the picture.
    public String fit(String text) {
        int room = Math.max(columns - 1, 1);
        return text.length() <= room ? text : text.substring(0, room);
    }

    /// Returns a bar.
    ///
    /// @param width width in characters, positive
    /// @param filled filled part of the bar, from 0 to 1
    /// @param shaded part of the bar that is filled or shaded, from 0 to 1
    /// @param mark position of the mark, from 0 to 1
    /// @param style style of the filled part
    public String bar(int width, double filled, double shaded, double mark, TextStyle style) {
        int used = cells(filled, width);
        int present = Math.max(used, cells(shaded, width));
        int at = Math.min(cells(mark, width), width - 1);
        String cells =
                (unicode ? "█" : "#").repeat(used)
                        + (unicode ? "░" : "-").repeat(present - used)
                        + (unicode ? "·" : ".").repeat(width - present);
        return part(cells, 0, Math.min(used, at), style)
                + part(cells, used, at, TextStyle.DIM)
                + paint(TextStyle.BOLD, unicode ? "┃" : "|")
                + part(cells, at + 1, used, style)
                + part(cells, Math.max(at + 1, used), width, TextStyle.DIM);
    }

    private String part(String cells, int from, int to, TextStyle style) {
        return from < to ? paint(style, cells.substring(from, to)) : "";
    }

    private static int cells(double part, int width) {
        return (int) Math.round(Math.clamp(part, 0, 1) * width);
    }
}
