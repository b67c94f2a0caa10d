package dev.elastigres.daemon.metrics;

import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;

/// A family of counters: one for each combination of label values. For any thread.
///
/// The values must come from our own code: what a peer says would let it fill our memory.
public final class Counters {
    private final String name;
    private final String help;
    private final String[] labels;
    private final ConcurrentSkipListMap<String, AtomicLong> counts = new ConcurrentSkipListMap<>();

    /// @param name ends in `_total`
    /// @param labels their names; none for a single counter, which shows from the start
    public Counters(String name, String help, String... labels) {
        this.name = name;
        this.help = help;
        this.labels = labels.clone();
        if (labels.length == 0) show();
    }

    /// Shows the counter of these values from now on: what appears with its first count has no
    /// past to compare it with.
    public Counters show(String... values) {
        counter(values);
        return this;
    }

    public void count(String... values) {
        counter(values).incrementAndGet();
    }

    /// @param amount not negative
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
