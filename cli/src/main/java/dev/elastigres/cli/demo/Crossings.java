package dev.elastigres.cli.demo;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// When memory rose to the threshold. One thread adds samples; any thread may take the crossing.
final class Crossings {
    private final AtomicReference<@Nullable Moment> newest = new AtomicReference<>();

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
    }

    /// When the first sample at or above the threshold was taken; empty when memory is below it
    /// again, or when this crossing was taken already.
    Optional<Moment> take() {
        return Optional.ofNullable(newest.getAndSet(null));
    }
}
