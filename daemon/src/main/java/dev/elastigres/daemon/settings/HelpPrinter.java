package dev.elastigres.daemon.settings;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// Prints the help text of a daemon from its setting table.
final class HelpPrinter {
    private static final int WIDTH = 100;
    private static final int DOC_COLUMN = 34;

    private HelpPrinter() {}

    /// @param advice whether to print how to choose each value
    static String print(SettingTable table, boolean advice) {
        var lines = new ArrayList<String>();
        lines.add("Usage: " + table.command() + " [FLAG]...");
        for (SettingTable.SettingGroup group : table.groups()) {
            lines.add("");
            lines.add(group.heading() + ":");
            group.settings().forEach(setting -> describe(setting, advice, lines));
        }
        lines.add("");
        wrap(
                "A flag is also a variable (--%1$s: %2$s) and, except for the general ones, a key of the file. "
                                .formatted(example(table).name(), example(table).variable())
                        + "Flags take precedence over variables, and variables over the file.",
                WIDTH,
                lines);
        table.sections().ifPresent(sections -> describe(sections, lines));
        if (!table.examples().isEmpty()) {
            lines.add("");
            lines.add("Examples:");
            table.examples().forEach(example -> lines.add("  " + example));
        }
        return String.join("\n", lines) + "\n";
    }

    private static void describe(SettingTable.SettingSections sections, List<String> lines) {
        String names =
                sections.settings().stream().map(Setting::name).collect(Collectors.joining(", "));
        lines.add("");
        wrap(
                "A section [%s.NAME] of the file applies to NAME only and takes precedence over all else: %s."
                        .formatted(sections.name(), names),
                WIDTH,
                lines);
    }

    private static Setting<?> example(SettingTable table) {
        List<Setting<?>> own = table.own();
        return own.isEmpty() ? SettingTable.CONFIG : own.getFirst();
    }

    private static void describe(Setting<?> setting, boolean advice, List<String> lines) {
        String flags =
                setting.shortFlag().map(letter -> "  -" + letter + ", ").orElse("      ")
                        + setting.longFlag()
                        + (setting.kind().isSwitch() ? "" : " " + setting.placeholder());
        var doc = new ArrayList<String>();
        wrap(setting.doc() + defaultOf(setting), WIDTH - DOC_COLUMN, doc);
        if (advice && !setting.advice().isEmpty()) wrap(setting.advice(), WIDTH - DOC_COLUMN, doc);

        boolean fits = flags.length() < DOC_COLUMN - 1;
        lines.add(fits ? pad(flags) + doc.getFirst() : flags);
        for (String line : doc.subList(fits ? 1 : 0, doc.size())) lines.add(pad("") + line);
    }

    private static String defaultOf(Setting<?> setting) {
        if (setting.kind().isSwitch()) return "";
        return setting.fallback().map(text -> " [" + setting.redacted(text) + "]").orElse("");
    }

    private static String pad(String text) {
        return text + " ".repeat(DOC_COLUMN - text.length());
    }

    /// Wraps `text` at spaces; a word longer than the width gets a line of its own.
    private static void wrap(String text, int width, List<String> lines) {
        var line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
                lines.add(line.toString());
                line.setLength(0);
            }
            if (!line.isEmpty()) line.append(' ');
            line.append(word);
        }
        lines.add(line.toString());
    }
}
