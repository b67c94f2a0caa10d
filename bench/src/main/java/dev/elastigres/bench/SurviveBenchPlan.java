package dev.elastigres.bench;

import dev.elastigres.core.monitor.MemoryRules;
import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.List;

/// Parameters of the survival benchmark.
///
/// @param delays times from a request to the memory
record SurviveBenchPlan(List<SamplingRule> rules, List<BurstRate> rates, List<Duration> delays) {
    /// Initial memory of the VM.
    static final Bytes SMALL = Bytes.ofGibibytes(1);

    /// Growth from each request: a compute unit.
    static final Bytes STEP = Bytes.ofGibibytes(1);

    /// Maximum size after all requests.
    static final Bytes LARGE = Bytes.ofGibibytes(8);

    /// Memory that a burst allocates: more than the VM has, and no more than one step adds.
    static final Bytes BURST = Bytes.ofMebibytes(1228);

    /// Returns the usage from which a monitor requests more than `size`.
    static Bytes threshold(Bytes size) {
        var rules = MemoryRules.DEFAULT;
        return rules.threshold(rules.usable(size));
    }

    /// Returns the smallest growth that keeps `peak` below the threshold.
    static Bytes needed(Bytes peak) {
        Bytes size = SMALL;
        while (!peak.isLessThan(threshold(size))) size = size.plus(STEP);
        return size.minus(SMALL);
    }
}
