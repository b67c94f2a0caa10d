package dev.elastigres.protocol.metrics;

import java.util.ArrayList;
import java.util.List;

/// A page in Prometheus' text format (0.0.4) or in OpenMetrics (1.0): one sample a line, comments
/// between them. A byte order mark, exemplars and either format's times are taken and left out.
///
/// A line that cannot be read costs itself and no other: exporters write many things, and most of
/// them are nobody's business here. It does count as a sample of its metric, though, for whoever
/// looks for that: half the samples of a metric look like a smaller load.
public final class MetricsText {
    /// Larger pages are not those of one VM.
    public static final int MAX_CHARACTERS = 1 << 20;

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private final List<MetricSample> samples;
    private final List<Unreadable> unreadable;

    /// A line that cannot be read.
    private record Unreadable(String line, MetricsException why) {

        /// Whether it is a sample of the metric `name`.
        boolean isOf(String name) {
            if (!line.startsWith(name)) return false;
            if (line.length() == name.length()) return true;
            char next = line.charAt(name.length());
            return !MetricSampleReader.isWord(next, true) && next != ':';
        }
    }

    private MetricsText(List<MetricSample> samples, List<Unreadable> unreadable) {
        this.samples = List.copyOf(samples);
        this.unreadable = List.copyOf(unreadable);
    }

    /// Reads `page`.
    ///
    /// @throws MetricsException when it is too long, or when it has lines and none can be read;
    ///     with the number of the first line then
    public static MetricsText parse(String page) throws MetricsException {
        if (page.length() > MAX_CHARACTERS)
            throw new MetricsException("the page is longer than " + MAX_CHARACTERS);
        var samples = new ArrayList<MetricSample>();
        var unreadable = new ArrayList<Unreadable>();
        int number = 0;
        for (String line :
                (page.startsWith(BYTE_ORDER_MARK) ? page.substring(1) : page).split("\n", -1)) {
            number++;
            String text = line.strip();
            if (text.isEmpty() || text.startsWith("#")) continue;
            try {
                samples.add(new MetricSampleReader(text, number).read());
            } catch (MetricsException e) {
                unreadable.add(new Unreadable(text, e));
            }
        }
        if (samples.isEmpty() && !unreadable.isEmpty()) throw unreadable.getFirst().why;
        return new MetricsText(samples, unreadable);
    }

    /// The samples that can be read, in the order of the page.
    public List<MetricSample> samples() {
        return samples;
    }

    /// The samples of the metric `name`, in the order of the page.
    ///
    /// @throws MetricsException when one of them cannot be read
    public List<MetricSample> samples(String name) throws MetricsException {
        for (Unreadable line : unreadable) if (line.isOf(name)) throw line.why;
        return samples.stream().filter(each -> each.name().equals(name)).toList();
    }
}
