package dev.elastigres.daemon.log;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Formats lines for people: `16:43:18.005 INFO  downscale refused  target=512MiB reason="memory in
/// use"`. Control characters are escaped, so that text from a peer cannot control the terminal.
final class TextLayout implements LogLayout {
    private static final String RESET = "\u001b[0m";
    private static final String DIM = "\u001b[2m";
    private static final int WIDEST = LogLevel.DEBUG.name().length();

    private final ZoneId zone;
    private final boolean colours;

    TextLayout(ZoneId zone, boolean colours) {
        this.zone = zone;
        this.colours = colours;
    }

    @Override
    public String line(
            Instant time, LogLevel level, String message, Map<String, @Nullable Object> fields) {
        var line = new StringBuilder(128);
        line.append(coloured(DIM, Timestamps.ofDay(time, zone))).append(' ');
        line.append(coloured(colour(level), padded(level))).append(' ');
        escape(message, line);
        String separator = "  ";
        for (var field : fields.entrySet()) {
            line.append(separator).append(coloured(DIM, field.getKey() + "="));
            value(FieldValues.text(field.getValue()), line);
            separator = " ";
        }
        return line.toString();
    }

    /// Returns the level's name, padded to the longest one.
    private static String padded(LogLevel level) {
        String name = level.name();
        return name.length() < WIDEST ? name + " ".repeat(WIDEST - name.length()) : name;
    }

    private static void value(String text, StringBuilder line) {
        if (!text.isEmpty() && text.chars().allMatch(TextLayout::isPlain)) {
            line.append(text);
            return;
        }
        line.append('"');
        escape(text.replace("\\", "\\\\").replace("\"", "\\\""), line);
        line.append('"');
    }

    private static boolean isPlain(int c) {
        return c > ' ' && c != '"' && c != '=' && c != '\\' && !isControl(c);
    }

    private static void escape(String text, StringBuilder line) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') line.append("\\n");
            else if (c == '\r') line.append("\\r");
            else if (c == '\t') line.append("\\t");
            else if (isControl(c)) line.append("\\u%04x".formatted((int) c));
            else line.append(c);
        }
    }

    /// Returns whether the character is a control, a line separator or a bidirectional control.
    private static boolean isControl(int c) {
        return Character.isISOControl(c)
                || c == 0x2028
                || c == 0x2029
                || (c >= 0x202a && c <= 0x202e)
                || (c >= 0x2066 && c <= 0x2069);
    }

    private String coloured(String colour, String text) {
        return colours && !colour.isEmpty() ? colour + text + RESET : text;
    }

    private static String colour(LogLevel level) {
        return switch (level) {
            case DEBUG -> DIM;
            case INFO -> "";
            case WARN -> "\u001b[33m";
            case ERROR -> "\u001b[31m";
        };
    }
}
