package dev.elastigres.protocol.metrics;

import java.util.ArrayList;
import java.util.List;

/// A parsed page in Prometheus' text format (0.0.4) or OpenMetrics (1.0): one sample per line, with
/// comments between. A byte order mark, exemplars and timestamps of either format are accepted and
/// ignored.
///
/// An invalid line does not affect other lines: exporters write many metrics, and most of them are
/// irrelevant here. But it makes the metric that it belongs to unreadable, because a part of a
/// metric's samples looks like a smaller load.
public final class MetricsText {
    /// Maximum length of a page; a larger one is not from a single VM.
    public static final int MAX_CHARACTERS = 1 << 20;

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private final List<MetricSample> samples;
    private final List<Unreadable> unreadable;

    /// An invalid line.
    private record Unreadable(String line, MetricsException why) {

        /// Returns whether the line is a sample of the metric `name`.
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

    /// Parses `page`.
    ///
    /// @throws MetricsException if the page is too long, or if it has lines and all are invalid;
    ///     the message then has the number of the first line
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

    /// Returns the valid samples in the order of the page.
    public List<MetricSample> samples() {
        return samples;
    }

    /// Returns the samples of the metric `name` in the order of the page.
    ///
    /// @throws MetricsException if one of them is invalid
    public List<MetricSample> samples(String name) throws MetricsException {
        for (Unreadable line : unreadable) if (line.isOf(name)) throw line.why;
        return samples.stream().filter(each -> each.name().equals(name)).toList();
    }
}
