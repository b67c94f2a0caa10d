package dev.elastigres.daemon.settings;

import dev.elastigres.daemon.settings.SettingTable.SettingSections;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Prints the effective values as a TOML file with the same meaning, each followed by its source.
/// Settings that have no value, or whose value may not be shown, are commented out.
final class ConfigPrinter {
    private static final int WIDEST = 48;

    /// TOML keys that need no quotes.
    private static final Pattern BARE = Pattern.compile("[A-Za-z0-9_-]+");

    private ConfigPrinter() {}

    private record ConfigLine(String assignment, String source) {}

    static String print(SettingTable table, Settings settings) {
        var text = new StringBuilder();
        print(table.own(), settings, text);
        table.sections().ifPresent(sections -> printSections(sections, settings, text));
        return text.toString();
    }

    private static void printSections(
            SettingSections sections, Settings settings, StringBuilder text) {
        settings.sections()
                .forEach(
                        (name, own) -> {
                            text.append("\n[").append(sections.name()).append('.');
                            text.append(
                                    BARE.matcher(name).matches() ? name : QuotedText.toml(name));
                            text.append("]\n");
                            var set = new ArrayList<Setting<?>>();
                            for (Setting<?> setting : sections.settings())
                                if (!own.origin(setting).equals(settings.origin(setting)))
                                    set.add(setting);
                            print(set, own, text);
                        });
    }

    private static void print(List<Setting<?>> shown, Settings settings, StringBuilder text) {
        var lines = new ArrayList<ConfigLine>();
        for (Setting<?> setting : shown) lines.add(line(setting, settings));
        int width =
                lines.stream()
                        .mapToInt(line -> line.assignment.length())
                        .filter(length -> length <= WIDEST)
                        .max()
                        .orElse(0);

        for (ConfigLine line : lines) {
            text.append(line.assignment);
            text.repeat(' ', Math.max(0, width - line.assignment.length()));
            text.append("  # ").append(line.source).append('\n');
        }
    }

    private static <T> ConfigLine line(Setting<T> setting, Settings settings) {
        String source = settings.origin(setting).describe();
        T value = settings.find(setting).orElse(null);
        if (value == null) return new ConfigLine("# " + setting.name() + " =", source);

        String text = setting.kind().printer().apply(value);
        String shown = setting.redacted(text);
        String assignment =
                setting.name() + " = " + (setting.kind().bare() ? shown : QuotedText.toml(shown));
        return shown.equals(text)
                ? new ConfigLine(assignment, source)
                : new ConfigLine("# " + assignment, source + ", redacted");
    }
}
