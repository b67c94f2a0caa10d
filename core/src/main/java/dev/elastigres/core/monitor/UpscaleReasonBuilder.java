package dev.elastigres.core.monitor;

import dev.elastigres.core.monitor.Usage.Known;
import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/// Computes the amount of memory to request, and what justifies it.
final class UpscaleReasonBuilder {
    private final Known known;
    private final MonitorRules rules;
    private final Bytes total;
    private final Bytes usable;
    private final Bytes threshold;
    private final Duration horizon;

    UpscaleReasonBuilder(Known known, MonitorStepBuilder step) {
        this.known = known;
        rules = step.rules();
        total = step.total();
        usable = step.usable();
        threshold = step.state().threshold();
        horizon = GrantDecision.horizon(step);
    }

    UpscaleReason reason(Shortage shortage) {
        Bytes needed =
                switch (shortage) {
                    case USAGE, GROWTH, KERNEL -> enough();
                    case AVAILABLE, PRESSURE, OOM_KILL ->
                            total.plus(total.times(rules.memory().overhead())).max(enough());
                    case CPU -> total;
                };
        var need =
                new ResourceNeed(needed.max(total), OptionalDouble.empty(), timeLeft(), shortage);
        Bytes used = rules.horizon().isPresent() ? known.last() : known.average();
        Bytes available =
                known.machine() instanceof MachineMemory.Known machine
                        ? machine.available()
                        : Bytes.ZERO;
        return new UpscaleReason(
                need, total, used, threshold, known.forecast(), available, horizon);
    }

    /// Returns the total at which no limit is reached now; with forecasts, also at the forecast
    /// usage, up to twice the present total.
    private Bytes enough() {
        Bytes now = totalFor(known.cautiousNow());
        if (rules.horizon().isEmpty()) return now;
        Bytes later = totalFor(usageAtArrival());
        return now.max(later.min(total.plus(total)));
    }

    private Bytes totalFor(Bytes used) {
        return rules.memory().totalFor(MemoryDemand.of(used, known.machine()).plus(new Bytes(1)));
    }

    /// Returns the usage one horizon beyond the forecast. When the requested memory arrives, the
    /// next request must not be late already, and the shortage must have ended.
    private Bytes usageAtArrival() {
        UsageForecast forecast = known.forecast();
        Bytes growth = forecast.rate().times(horizon.toMillis() / 1000.0);
        Bytes hysteresis = threshold.minus(MemoryLimits.clearlyBelow(threshold));
        return forecast.forecast().plus(growth.max(hysteresis));
    }

    /// Returns the time until all usable memory is used at the present rate of growth; empty
    /// without growth.
    private Optional<Duration> timeLeft() {
        Bytes left = usable.minus(known.last().plus(known.forecast().kernel()));
        if (left.equals(Bytes.ZERO)) return Optional.of(Duration.ZERO);
        long rate = known.forecast().rate().value();
        if (rate == 0) return Optional.empty();
        return Optional.of(Duration.ofMillis((long) (1000.0 * left.value() / rate)));
    }
}
