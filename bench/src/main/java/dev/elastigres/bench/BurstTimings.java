package dev.elastigres.bench;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;

/// Times of one burst, by the monotonic clock of the machine where it ran, in nanoseconds.
///
/// @param crossed when it had allocated the marked part
record BurstTimings(long begin, long crossed, long end) {

    Duration duration() {
        return Duration.ofNanos(end - begin);
    }

    /// Returns the rate in MiB/s if the burst allocated `amount`.
    double reached(Bytes amount) {
        return amount.value() / 1048576.0 / ((end - begin) / 1e9);
    }
}
