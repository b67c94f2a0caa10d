package dev.elastigres.simulation.faults;

import static dev.elastigres.simulation.time.ViolationException.check;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayDeque;

/// Measures how fast VMs grow beyond their fair shares without an urgent request, independent of
/// the budget.
final class GrowthMeter {
    private static final Duration PERIOD = Duration.ofSeconds(10);

    private static final Resources ROUNDING = new Resources(0.001, Bytes.of(1));

    private final ArrayDeque<GrowthSample> recent = new ArrayDeque<>();
    private final Resources limit;

    private record GrowthSample(Duration at, Resources amount) {}

    /// @param limit amount by which VMs may grow at once, and again every 10 s
    GrowthMeter(Resources limit) {
        this.limit = limit;
    }

    /// Records that the permit of a VM grew, and checks each time that ends now: a full bucket and
    /// what flowed into it in that time bound the growth.
    ///
    /// @param fair fair share of the VM
    void grew(Resources from, Resources to, Resources fair, Duration now) {
        recent.addLast(new GrowthSample(now, to.minus(from.max(fair))));
        while (recent.getFirst().at.plus(PERIOD).compareTo(now) <= 0) recent.removeFirst();
        Resources sum = Resources.ZERO;
        for (GrowthSample each : recent.reversed()) {
            sum = sum.plus(each.amount);
            checkWithin(sum, now.minus(each.at));
        }
    }

    private void checkWithin(Resources grown, Duration time) {
        double share = 1 + (double) time.toNanos() / PERIOD.toNanos();
        var max = new Resources(limit.vcpus() * share, limit.memory().times(share));
        check(
                max.plus(ROUNDING).covers(grown),
                () ->
                        "the VMs grew beyond their fair shares by %s within %d ms, and may by %s"
                                .formatted(grown.text(), time.toMillis(), max.text()));
    }
}
