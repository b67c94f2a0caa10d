package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.MemoryLimits;
import dev.elastigres.core.units.Bytes;
import java.time.Duration;

/// The limits that the watcher compares with; amounts in bytes.
///
/// @param threshold usage from which more memory is requested: samples are taken more often near it
/// @param used usage whose crossing, in either direction, is reported
/// @param unavailable the same for memory that is not available on the machine
/// @param horizon how far ahead usage is forecast, in nanoseconds
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
