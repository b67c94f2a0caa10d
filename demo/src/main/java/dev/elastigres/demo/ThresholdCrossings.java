package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Detects when memory crosses the monitor's threshold, and matches the crossings with the
/// monitor's requests, which may come before or after them. One thread adds samples; any thread
/// may take crossings.
final class ThresholdCrossings {
    private final AtomicReference<@Nullable Moment> newest = new AtomicReference<>();
    private final AtomicReference<@Nullable EarlyRequest> early = new AtomicReference<>();
    private final AtomicReference<@Nullable Duration> foreseen = new AtomicReference<>();

    /// A request that came before its crossing.
    private record EarlyRequest(Bytes threshold, Moment at) {}

    // Accessed by the sampling thread only.
    private Bytes threshold = Bytes.MAX;
    private boolean above;

    /// Adds a sample.
    ///
    /// @param limit the current threshold; a changed threshold can be crossed again
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

    /// Records a request that came at `at`, with memory in use and the threshold at that time.
    /// Returns the time since the crossing. It is empty if the crossing was taken already or has
    /// not happened yet; in the latter case [#takeForeseen] returns the time between them later.
    Optional<Duration> asked(Bytes used, Bytes limit, Moment at) {
        Optional<Duration> after = take().map(at::since);
        if (after.isEmpty() && used.isLessThan(limit)) early.set(new EarlyRequest(limit, at));
        return after;
    }

    /// Returns how long before its crossing the newest early request came. Empty until memory has
    /// crossed the threshold, and after the value was taken.
    Optional<Duration> takeForeseen() {
        return Optional.ofNullable(foreseen.getAndSet(null));
    }

    /// Returns the time of the first sample at or above the threshold. Empty if memory is below
    /// the threshold again, or if this crossing was taken already.
    Optional<Moment> take() {
        return Optional.ofNullable(newest.getAndSet(null));
    }
}
