package dev.elastigres.daemon.metrics;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes one metrics page: a family at a time, then its samples. A family without samples is
/// omitted; a family that is begun again is continued. Not thread-safe.
public final class MetricsWriter {
    private enum MetricType {
        GAUGE("gauge", ""),
        COUNTER("counter", "_total"),
        INFO("info", "_info"),
        HISTOGRAM("histogram", "");

        final String word;
        final String suffix;

        MetricType(String word, String suffix) {
            this.word = word;
            this.suffix = suffix;
        }
    }

    private record MetricFamily(String name, MetricType type, String help) {}

    private final MetricsFormat format;
    private final Map<String, StringBuilder> families = new LinkedHashMap<>();
    private StringBuilder page = new StringBuilder(0);
    private MetricFamily family = new MetricFamily("", MetricType.GAUGE, "");
    private String common = "";

    public MetricsWriter(MetricsFormat format) {
        this.format = format;
    }

    // ---- families

    /// Begins a family of gauges. `name` ends in its unit.
    public MetricsWriter gauge(String name, String help) {
        return begin(name, MetricType.GAUGE, help);
    }

    /// Begins a family of counters. `name` ends in `_total`.
    public MetricsWriter counter(String name, String help) {
        return begin(name, MetricType.COUNTER, help);
    }

    /// Begins a family whose labels have the information, with the value 1. `name` ends in `_info`.
    public MetricsWriter info(String name, String help) {
        return begin(name, MetricType.INFO, help);
    }

    /// Begins a family of histograms. `name` ends in `_seconds`.
    public MetricsWriter histogram(String name, String help) {
        return begin(name, MetricType.HISTOGRAM, help);
    }

    private MetricsWriter begin(String name, MetricType type, String help) {
        if (!name.endsWith(type.suffix))
            throw new IllegalArgumentException(name + " must end in " + type.suffix);
        family = new MetricFamily(name, type, help);
        page = families.computeIfAbsent(name, _ -> new StringBuilder());
        return this;
    }

    // ---- samples

    /// Sets labels that precede those of each following sample, such as the object that it is
    /// about. No arguments: none.
    ///
    /// @param labels alternating label names and values
    public MetricsWriter about(String... labels) {
        common = labels(labels);
        return this;
    }

    /// Writes a sample of the family that was begun last.
    ///
    /// @param value the value
    /// @param labels alternating label names and values
    public MetricsWriter sample(double value, String... labels) {
        return sample("", value, labels(labels));
    }

    /// Writes a sample of the family that was begun last. Beyond 2^53 the last digits are lost, as
    /// scrapers use doubles.
    ///
    /// @param value the value
    /// @param labels alternating label names and values
    public MetricsWriter sample(long value, String... labels) {
        return sample("", (double) value, labels(labels));
    }

    /// Writes the samples of a [Histogram] of the family that was begun last.
    MetricsWriter buckets(double[] bounds, long[] counts, double sum, String labels) {
        String others = labels.isEmpty() ? "" : labels + ",";
        long below = 0;
        for (int i = 0; i < counts.length; i++) {
            below += counts[i];
            String bound = i < bounds.length ? Double.toString(bounds[i]) : "+Inf";
            sample("_bucket", (double) below, others + "le=\"" + bound + "\"");
        }
        sample("_sum", sum, labels);
        return sample("_count", (double) below, labels);
    }

    /// Writes a sample.
    ///
    /// @param labels labels as formatted by [#labels]
    MetricsWriter sample(String suffix, double value, String labels) {
        head();
        page.append(family.name).append(suffix);
        String all = common + (common.isEmpty() || labels.isEmpty() ? "" : ",") + labels;
        if (!all.isEmpty()) page.append('{').append(all).append('}');
        page.append(' ');
        number(value);
        page.append('\n');
        return this;
    }

    private void head() {
        if (!page.isEmpty()) return;
        MetricType type = family.type;
        boolean open = format == MetricsFormat.OPEN_METRICS;
        String name = family.name;
        // OpenMetrics uses the family's name, the Prometheus format that of the samples.
        if (open) name = name.substring(0, name.length() - type.suffix.length());
        page.append("# HELP ").append(name).append(' ').append(family.help).append('\n');
        String word = type == MetricType.INFO && !open ? MetricType.GAUGE.word : type.word;
        page.append("# TYPE ").append(name).append(' ').append(word).append('\n');
        String unit = open && type != MetricType.INFO ? unit(name) : null;
        if (unit != null) page.append("# UNIT ").append(name).append(' ').append(unit).append('\n');
    }

    private static @Nullable String unit(String name) {
        if (name.endsWith("_bytes")) return "bytes";
        if (name.endsWith("_seconds")) return "seconds";
        return null;
    }

    private void number(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) page.append((long) value);
        else if (Double.isInfinite(value)) page.append(value > 0 ? "+Inf" : "-Inf");
        else page.append(value);
    }

    /// Formats alternating label names and values as the text between braces.
    static String labels(String... namesAndValues) {
        if (namesAndValues.length == 0) return "";
        var text = new StringBuilder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            if (i > 0) text.append(',');
            text.append(namesAndValues[i]).append("=\"");
            escape(namesAndValues[i + 1], text);
            text.append('"');
        }
        return text.toString();
    }

    private static void escape(String value, StringBuilder into) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> into.append("\\\\");
                case '"' -> into.append("\\\"");
                case '\n' -> into.append("\\n");
                default -> into.append(c);
            }
        }
    }

    /// Returns the whole page.
    public String finish() {
        var whole = new StringBuilder(4096);
        families.values().forEach(whole::append);
        if (format == MetricsFormat.OPEN_METRICS) whole.append("# EOF\n");
        return whole.toString();
    }
}
