package dev.elastigres.bench;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;

/// How one burst went, by the monotonic clock of the machine where it was, in nanoseconds.
///
/// @param crossed when it had taken as much as was marked
record BurstTimings(long begin, long crossed, long end) {

    Duration duration() {
        return Duration.ofNanos(end - begin);
    }

    /// MiB a second that were reached when it took `amount`.
    double reached(Bytes amount) {
        return amount.value() / 1048576.0 / ((end - begin) / 1e9);
    }
}
