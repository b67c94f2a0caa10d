package dev.elastigres.vm.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads the sources that `apt` is configured for, in both of its formats. Invalid entries are
/// skipped; `apt` reports them.
final class AptSources {
    private static final Pattern LINE =
            Pattern.compile("deb\\s+(?:\\[([^]]*)]\\s+)?(\\S+)\\s+(\\S+)\\s+(.+)");
    private static final Pattern SIGNED_BY = Pattern.compile("(?i)(?:.*\\s)?signed-by=(\\S+).*");

    private AptSources() {}

    /// Returns all sources, in the order in which `apt` reads them.
    ///
    /// @param apt folder of apt's settings, such as `/etc/apt`
    static List<AptSource> in(Path apt) throws IOException {
        var found = new ArrayList<AptSource>();
        Path single = apt.resolve("sources.list");
        if (Files.isReadable(single)) found.addAll(lines(Files.readString(single)));
        Path parts = apt.resolve("sources.list.d");
        if (!Files.isDirectory(parts)) return found;
        try (Stream<Path> files = Files.list(parts)) {
            for (Path file : files.filter(Files::isReadable).sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".list")) found.addAll(lines(Files.readString(file)));
                if (name.endsWith(".sources")) found.addAll(stanzas(Files.readString(file)));
            }
        }
        return found;
    }

    /// Parses lines of the format `deb [options] uri suite component...`.
    static List<AptSource> lines(String text) {
        var found = new ArrayList<AptSource>();
        for (String line : text.lines().toList()) {
            var parts = LINE.matcher(line.replaceFirst("#.*", "").strip());
            if (!parts.matches()) continue;
            var signed = SIGNED_BY.matcher(parts.group(1) == null ? "" : parts.group(1));
            found.add(
                    new AptSource(
                            parts.group(2),
                            parts.group(3),
                            words(parts.group(4)),
                            signed.matches() ? signed.group(1) : ""));
        }
        return found;
    }

    /// Parses stanzas of `Field: value`, where a value continues in lines that begin with a space.
    static List<AptSource> stanzas(String text) {
        var found = new ArrayList<AptSource>();
        String plain = text.replaceAll("(?m)^#.*\n?", "");
        for (String stanza : plain.split("\n\\s*\n", -1)) {
            Map<String, String> fields = fields(stanza);
            if (!words(fields.getOrDefault("types", "")).contains("deb")) continue;
            if (fields.getOrDefault("enabled", "yes").strip().equalsIgnoreCase("no")) continue;
            for (String uri : words(fields.getOrDefault("uris", "")))
                for (String suite : words(fields.getOrDefault("suites", "")))
                    found.add(
                            new AptSource(
                                    uri,
                                    suite,
                                    words(fields.getOrDefault("components", "")),
                                    fields.getOrDefault("signed-by", "").strip()));
        }
        return found;
    }

    private static Map<String, String> fields(String stanza) {
        var fields = new TreeMap<String, String>();
        String name = "";
        for (String line : stanza.lines().toList()) {
            int colon = line.indexOf(':');
            boolean goesOn = line.startsWith(" ") || line.startsWith("\t");
            if (!goesOn && colon < 0) continue;
            if (!goesOn) name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
            fields.merge(name, goesOn ? line : line.substring(colon + 1), (a, b) -> a + "\n" + b);
        }
        return fields;
    }

    private static List<String> words(String text) {
        return Arrays.stream(text.strip().split("\\s+", -1))
                .filter(word -> !word.isEmpty())
                .toList();
    }
}
