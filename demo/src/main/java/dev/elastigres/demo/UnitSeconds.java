package dev.elastigres.demo;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;

/// Integrates the size of a VM over time, in unit-seconds: compute units, by the resource that
/// needs more of them, times seconds.
final class UnitSeconds {
    private static final double NANOS = Duration.ofSeconds(1).toNanos();

    private final ComputeUnit unit;
    private Resources size;
    private Moment since;
    private double total;

    /// @param size of the VM from `now` on
    UnitSeconds(ComputeUnit unit, Resources size, Moment now) {
        this.unit = unit;
        this.size = size;
        since = now;
    }

    /// Changes the size from `now` on.
    void changed(Resources to, Moment now) {
        total = until(now);
        since = now;
        size = to;
    }

    double until(Moment now) {
        return total + unit.filledBy(size) * now.since(since).toNanos() / NANOS;
    }
}
