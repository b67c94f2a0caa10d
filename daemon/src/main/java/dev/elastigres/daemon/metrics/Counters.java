package dev.elastigres.daemon.metrics;

import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/// A family of counters: one for each combination of label values. Thread-safe.
///
/// Label values must come from this program only: values chosen by peers would use up memory.
public final class Counters {
    private final String name;
    private final String help;
    private final String[] labels;
    private final ConcurrentSkipListMap<String, AtomicLong> counts = new ConcurrentSkipListMap<>();

    /// Creates the family.
    ///
    /// @param name name of the metric, which ends in `_total`
    /// @param help description of the metric
    /// @param labels label names; none for a single counter, which is shown from the start
    public Counters(String name, String help, String... labels) {
        this.name = name;
        this.help = help;
        this.labels = labels.clone();
        if (labels.length == 0) show();
    }

    /// Shows the counter of these label values from now on: a counter that appears with its first
    /// increment has no earlier value to compare with. Returns this family.
    ///
    /// @param values label values
    public Counters show(String... values) {
        counter(values);
        return this;
    }

    /// Increments the counter of these label values.
    ///
    /// @param values label values
    public void count(String... values) {
        counter(values).incrementAndGet();
    }

    /// Adds to the counter of these label values.
    ///
    /// @param amount amount, not negative
    /// @param values label values
    public void add(long amount, String... values) {
        counter(values).addAndGet(amount);
    }

    private AtomicLong counter(String... values) {
        if (values.length != labels.length)
            throw new IllegalArgumentException(name + " has " + labels.length + " labels");
        var namesAndValues = new String[2 * labels.length];
        for (int i = 0; i < labels.length; i++) {
            namesAndValues[2 * i] = labels[i];
            namesAndValues[2 * i + 1] = values[i];
        }
        return counts.computeIfAbsent(MetricsWriter.labels(namesAndValues), _ -> new AtomicLong());
    }

    public void write(MetricsWriter page) {
        page.counter(name, help);
        counts.forEach((key, count) -> page.sample("", (double) count.get(), key));
    }
}
