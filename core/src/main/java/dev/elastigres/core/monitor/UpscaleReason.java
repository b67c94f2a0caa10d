package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;

/// Reason for requesting more memory. It provides the request, the log line and the sentence in
/// `/status`.
///
/// @param need the amount, its urgency and the kind of shortage
/// @param total the VM's current memory as the hypervisor counts it
/// @param used memory that Postgres uses
/// @param threshold the threshold that usage must stay below
/// @param forecast forecast from the newest samples
/// @param available memory available to any process; zero if unknown
/// @param horizon the forecast horizon, which covers the usual grant delay; zero without forecasts
public record UpscaleReason(
        ResourceNeed need,
        Bytes total,
        Bytes used,
        Bytes threshold,
        UsageForecast forecast,
        Bytes available,
        Duration horizon) {

    /// Returns the additional memory needed.
    public Bytes more() {
        return need.memory().minus(total);
    }

    /// Returns one readable clause with the numbers.
    public String text() {
        return switch (need.reason()) {
            case USAGE -> "Postgres uses " + used + ", the threshold is " + threshold;
            case GROWTH ->
                    "Postgres uses %s and grows by %s/s, which reaches the threshold of %s in %s; a grant takes about %s here"
                            .formatted(
                                    used,
                                    forecast.rate(),
                                    threshold,
                                    seconds(untilThreshold()),
                                    seconds(horizon));
            case KERNEL ->
                    "Postgres uses %s, and the kernel takes %s for it beyond its reserve; the threshold is %s"
                            .formatted(used, forecast.kernel(), threshold);
            case AVAILABLE ->
                    "only %s of the VM's %s is available; Postgres uses %s"
                            .formatted(available, total, used);
            case PRESSURE ->
                    "tasks wait for memory; Postgres uses %s, the threshold is %s"
                            .formatted(used, threshold);
            case OOM_KILL ->
                    "the OOM killer ended a process; Postgres uses %s, the threshold is %s"
                            .formatted(used, threshold);
            case CPU -> "tasks wait for a CPU";
        };
    }

    /// Returns the time until usage reaches the threshold at its present rate of growth.
    private Duration untilThreshold() {
        Bytes distance = threshold.minus(used.plus(forecast.kernel()));
        return Duration.ofMillis(
                (long) (1000.0 * distance.value() / Math.max(1, forecast.rate().value())));
    }

    private static String seconds(Duration duration) {
        return Math.round(duration.toMillis() / 100.0) / 10.0 + "s";
    }
}
