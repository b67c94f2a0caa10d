package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;

/// What speaks for asking for more. The same value makes the request, the line in the log and the
/// sentence in `/status`.
///
/// @param need how much, how soon and why
/// @param total the memory that the VM has now, as the hypervisor counts it
/// @param used what Postgres uses
/// @param threshold what that must stay below
/// @param forecast what the newest samples foretell
/// @param available to any process; zero where that is not known
/// @param horizon how long a grant takes here; zero when that does not matter
public record UpscaleReason(
        ResourceNeed need,
        Bytes total,
        Bytes used,
        Bytes threshold,
        UsageForecast forecast,
        Bytes available,
        Duration horizon) {

    /// How much more is needed.
    public Bytes more() {
        return need.memory().minus(total);
    }

    /// One readable clause with its numbers.
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
                    "the kernel killed a process for want of memory; Postgres uses %s, the threshold is %s"
                            .formatted(used, threshold);
            case CPU -> "tasks wait for a CPU";
        };
    }

    /// At the rate at which usage grows now.
    private Duration untilThreshold() {
        Bytes distance = threshold.minus(used.plus(forecast.kernel()));
        return Duration.ofMillis(
                (long) (1000.0 * distance.value() / Math.max(1, forecast.rate().value())));
    }

    private static String seconds(Duration duration) {
        return Math.round(duration.toMillis() / 100.0) / 10.0 + "s";
    }
}
