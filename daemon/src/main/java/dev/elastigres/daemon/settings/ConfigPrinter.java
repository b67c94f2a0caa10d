package dev.elastigres.daemon.settings;

import java.util.ArrayList;

/// The effective values as a TOML file that says the same, with each value's source behind it. What
/// cannot stand in the file, because it has no value or may not be shown, is commented out.
final class ConfigPrinter {
    private static final int WIDEST = 48;

    private ConfigPrinter() {}

    private record Line(String assignment, String source) {}

    static String print(SettingTable table, Settings settings) {
        var lines = new ArrayList<Line>();
        for (Setting<?> setting : table.own()) lines.add(line(setting, settings));
        int width =
                lines.stream()
                        .mapToInt(line -> line.assignment.length())
                        .filter(length -> length <= WIDEST)
                        .max()
                        .orElse(0);

        var text = new StringBuilder();
        for (Line line : lines) {
            text.append(line.assignment);
            text.repeat(' ', Math.max(0, width - line.assignment.length()));
            text.append("  # ").append(line.source).append('\n');
        }
        return text.toString();
    }

    private static <T> Line line(Setting<T> setting, Settings settings) {
        String source = settings.origin(setting).describe();
        T value = settings.find(setting).orElse(null);
        if (value == null) return new Line("# " + setting.name() + " =", source);

        String text = setting.kind().printer().apply(value);
        String shown = setting.redacted(text);
        String assignment =
                setting.name() + " = " + (setting.kind().bare() ? shown : Quote.toml(shown));
        return shown.equals(text)
                ? new Line(assignment, source)
                : new Line("# " + assignment, source + ", redacted");
    }
}
