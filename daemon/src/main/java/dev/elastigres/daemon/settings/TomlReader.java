package dev.elastigres.daemon.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.daemon.file.SmallFile;
import dev.elastigres.daemon.settings.SettingTable.SettingSections;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.tomlj.Toml;
import org.tomlj.TomlParseResult;
import org.tomlj.TomlPosition;

/// Reads a TOML configuration file. Messages do not repeat text that does not parse, because it may
/// be secret.
final class TomlReader {
    private static final int MAX_BYTES = 1 << 20;

    /// Length of the path of a setting in a section: name of the sections, of the section, of the
    /// setting.
    private static final int SECTION_PATH = 3;

    private final List<Setting<?>> settings;
    private final Optional<SettingSections> sections;
    private final List<String> problems;
    private final TomlContent content = new TomlContent(new HashMap<>(), new LinkedHashMap<>());

    /// Content of the file.
    ///
    /// @param settings general settings
    /// @param sections settings of each section by its name, in the order of the file
    record TomlContent(
            Map<Setting<?>, RawValue> settings,
            SequencedMap<String, Map<Setting<?>, RawValue>> sections) {}

    private record TomlEntry(List<String> path, Object value, int line) {
        String name() {
            return String.join(".", path);
        }
    }

    TomlReader(SettingTable table, List<String> problems) {
        this.settings = table.own();
        this.sections = table.sections();
        this.problems = problems;
    }

    TomlContent read(RawValue config) {
        String file = config.text();
        try {
            read(file, load(Path.of(file)));
        } catch (CharacterCodingException _) {
            cannotRead(config, "it is not UTF-8");
        } catch (IOException e) {
            cannotRead(config, String.valueOf(e.getMessage()));
        } catch (InvalidPathException _) {
            // Already reported as an invalid value of the setting.
        }
        return content;
    }

    private static String load(Path path) throws IOException {
        byte[] bytes = SmallFile.read(path, MAX_BYTES);
        return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }

    private void cannotRead(RawValue config, String why) {
        problems.add(
                "%s: cannot read %s: %s"
                        .formatted(
                                config.origin().locate(SettingTable.CONFIG),
                                QuotedText.plain(config.text()),
                                why));
    }

    private void read(String file, String text) {
        TomlParseResult toml;
        try {
            toml = Toml.parse(text);
        } catch (StackOverflowError _) {
            // The parser recurses for each level of nesting.
            problems.add(QuotedText.plain(file) + ": is nested too deep: write NAME = VALUE");
            return;
        }
        toml.errors()
                .forEach(
                        error ->
                                problems.add(
                                        "%s:%d: is not TOML at column %d: write each NAME = VALUE once, texts in quotes"
                                                .formatted(
                                                        QuotedText.plain(file),
                                                        error.position().line(),
                                                        error.position().column())));

        toml.entryPathSet(false).stream()
                .map(
                        entry ->
                                new TomlEntry(
                                        entry.getKey(),
                                        entry.getValue(),
                                        line(toml, entry.getKey())))
                .sorted(Comparator.comparingInt(TomlEntry::line))
                .forEach(entry -> take(file, entry));
    }

    private static int line(TomlParseResult toml, List<String> path) {
        TomlPosition position = toml.inputPositionOf(path);
        return position == null ? 0 : position.line();
    }

    private void take(String file, TomlEntry entry) {
        var origin = new SettingOrigin.File(file, entry.line);
        if (sections.filter(it -> it.name().equals(entry.path.getFirst())).isPresent()) {
            takeOfSection(sections.get(), entry, origin);
            return;
        }
        Setting<?> setting = SettingTable.named(entry.name(), settings).orElse(null);
        if (setting == null)
            problems.add(origin.describe() + ": " + unknown(entry.name(), settings));
        else put(setting, entry, origin, content.settings);
    }

    private void takeOfSection(
            SettingSections sections, TomlEntry entry, SettingOrigin.File origin) {
        if (entry.path.size() < SECTION_PATH) {
            problems.add(
                    "%s: %s is not a section: write [%s.NAME], and settings below it"
                            .formatted(
                                    origin.describe(),
                                    QuotedText.plain(entry.name()),
                                    sections.name()));
            return;
        }
        String name = entry.path.get(1);
        String key = String.join(".", entry.path.subList(2, entry.path.size()));
        Setting<?> setting = SettingTable.named(key, sections.settings()).orElse(null);
        if (setting != null)
            put(
                    setting,
                    entry,
                    origin,
                    content.sections.computeIfAbsent(name, _ -> new HashMap<>()));
        else
            problems.add(
                    "%s: [%s.%s]: %s"
                            .formatted(
                                    origin.describe(),
                                    sections.name(),
                                    QuotedText.plain(name),
                                    SettingTable.named(key, settings).isPresent()
                                            ? key + " applies to all: move it out of the section"
                                            : unknown(key, sections.settings())));
    }

    private void put(
            Setting<?> setting,
            TomlEntry entry,
            SettingOrigin.File origin,
            Map<Setting<?>, RawValue> into) {
        if (!isScalar(entry.value))
            problems.add(
                    origin.locate(setting)
                            + ": is not a single value: give a text, a number, true or false");
        else if (into.putIfAbsent(setting, new RawValue(entry.value.toString(), origin)) != null)
            problems.add(origin.locate(setting) + ": is given more than once: keep one");
    }

    static String unknown(String name, List<Setting<?>> among) {
        return "unknown setting %s: %s"
                .formatted(
                        QuotedText.plain(name),
                        DidYouMean.closest(name, among.stream().map(Setting::name).toList())
                                .map(close -> "did you mean " + close + "?")
                                .orElse("remove it, or see --help"));
    }

    private static boolean isScalar(Object value) {
        return value instanceof String
                || value instanceof Long
                || value instanceof Double
                || value instanceof Boolean;
    }
}
