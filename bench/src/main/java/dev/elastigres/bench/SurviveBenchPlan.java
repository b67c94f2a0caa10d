package dev.elastigres.bench;

import dev.elastigres.core.monitor.MemoryRules;
import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.List;

/// Parameters of the survival benchmark.
///
/// @param delays from a request to the memory
record SurviveBenchPlan(List<SamplingRule> rules, List<BurstRate> rates, List<Duration> delays) {
    /// Memory of the VM at first.
    static final Bytes SMALL = Bytes.ofGibibytes(1);

    /// What each request brings: a compute unit.
    static final Bytes STEP = Bytes.ofGibibytes(1);

    /// Maximum that all requests together bring.
    static final Bytes LARGE = Bytes.ofGibibytes(8);

    /// What a burst takes: more than the VM has, and no more than one step gives.
    static final Bytes BURST = Bytes.ofMebibytes(1228);

    /// The usage from which a monitor asks for more than `size`.
    static Bytes threshold(Bytes size) {
        var rules = MemoryRules.DEFAULT;
        return rules.threshold(rules.usable(size));
    }

    /// The least growth with which `peak` is below the threshold.
    static Bytes needed(Bytes peak) {
        Bytes size = SMALL;
        while (!peak.isLessThan(threshold(size))) size = size.plus(STEP);
        return size.minus(SMALL);
    }
}
