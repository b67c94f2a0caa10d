package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// When memory rose to the threshold, before a request or after it. One thread adds samples; any
/// thread may take the crossing.
final class ThresholdCrossings {
    private final AtomicReference<@Nullable Moment> newest = new AtomicReference<>();
    private final AtomicReference<@Nullable EarlyRequest> early = new AtomicReference<>();
    private final AtomicReference<@Nullable Duration> foreseen = new AtomicReference<>();

    /// A request that came before its crossing.
    private record EarlyRequest(Bytes threshold, Moment at) {}

    // Of the sampling thread alone.
    private Bytes threshold = Bytes.MAX;
    private boolean above;

    /// @param limit the threshold now; each one is crossed by itself
    void add(Bytes used, Bytes limit, Moment now) {
        boolean wasAbove = above && limit.equals(threshold);
        threshold = limit;
        above = !used.isLessThan(limit);
        if (!above) newest.set(null);
        else if (!wasAbove) newest.set(now);

        EarlyRequest request = early.get();
        if (request == null || used.isLessThan(request.threshold)) return;
        if (early.compareAndSet(request, null)) foreseen.set(now.since(request.at));
    }

    /// A request came at `at`, while `used` was used and `limit` the threshold. Returns how long
    /// after the crossing that was; empty when the crossing is still to come, which
    /// [#takeForeseen] tells then, or was taken already.
    Optional<Duration> asked(Bytes used, Bytes limit, Moment at) {
        Optional<Duration> after = take().map(at::since);
        if (after.isEmpty() && used.isLessThan(limit)) early.set(new EarlyRequest(limit, at));
        return after;
    }

    /// How long before its crossing the last request came that was early; empty until memory has
    /// got there, and when this was taken already.
    Optional<Duration> takeForeseen() {
        return Optional.ofNullable(foreseen.getAndSet(null));
    }

    /// When the first sample at or above the threshold was taken; empty when memory is below it
    /// again, or when this crossing was taken already.
    Optional<Moment> take() {
        return Optional.ofNullable(newest.getAndSet(null));
    }
}
