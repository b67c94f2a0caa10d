package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.MemoryLimits;
import dev.elastigres.core.units.Bytes;
import java.time.Duration;

/// What the watcher watches for; amounts in bytes.
///
/// @param threshold the usage from which more is asked for: samples are taken the more often the
///     nearer it is
/// @param used crossing this, in either direction, is told
/// @param unavailable the same for the memory that the machine could not free
/// @param horizon how far ahead is looked, in nanoseconds
record WatchTarget(long threshold, long used, long unavailable, long horizon) {
    static final WatchTarget NONE =
            new WatchTarget(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, 0);

    WatchTarget with(Bytes changed, MemoryLimits limits) {
        return new WatchTarget(
                changed.value(), limits.used().value(), limits.unavailable().value(), horizon);
    }

    WatchTarget with(Duration changed) {
        return new WatchTarget(threshold, used, unavailable, changed.toNanos());
    }
}
