package dev.elastigres.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// A page in the Prometheus text format, as a scraper sees it.
record ScrapedPage(String text) {
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
    private static final Pattern HELP = Pattern.compile("(?m)^# HELP (\\S+) (.+)$");
    private static final Pattern NAME = Pattern.compile("(?m)^([a-z][a-z0-9_]*)");

    /// A metric family, as in a row of the documentation.
    record ScrapedFamily(String name, String type, String help) {}

    /// Returns the families, in the order of the page.
    List<ScrapedFamily> families() {
        SequencedMap<String, String> types = new LinkedHashMap<>();
        TYPE.matcher(text).results().forEach(it -> types.put(it.group(1), it.group(2)));
        Map<String, String> helps = new LinkedHashMap<>();
        HELP.matcher(text).results().forEach(it -> helps.put(it.group(1), it.group(2)));
        return types.entrySet().stream()
                .map(
                        it ->
                                new ScrapedFamily(
                                        it.getKey(),
                                        it.getValue(),
                                        helps.getOrDefault(it.getKey(), "")))
                .toList();
    }

    /// Returns the names of all samples.
    TreeSet<String> names() {
        var names = new TreeSet<String>();
        NAME.matcher(text).results().forEach(it -> names.add(it.group(1)));
        return names;
    }

    /// Returns the value of a series.
    ///
    /// @param series the series with its labels, as written
    Optional<Double> find(String series) {
        return text.lines()
                .filter(line -> line.startsWith(series + " "))
                .map(line -> Double.valueOf(line.substring(series.length() + 1)))
                .findFirst();
    }

    double value(String series) {
        return find(series).orElseThrow(() -> new AssertionError("no " + series + " in\n" + text));
    }

    /// Returns the errors of `promtool check metrics`; empty if there are none.
    String promtool() throws Exception {
        var process =
                new ProcessBuilder("promtool", "check", "metrics")
                        .redirectErrorStream(true)
                        .start();
        try (var in = process.getOutputStream()) {
            in.write(text.getBytes(UTF_8));
        }
        String findings = new String(process.getInputStream().readAllBytes(), UTF_8);
        return process.waitFor() == 0 ? findings : "it failed: " + findings;
    }
}
