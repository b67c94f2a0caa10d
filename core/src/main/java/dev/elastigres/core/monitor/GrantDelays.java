package dev.elastigres.core.monitor;

import java.time.Duration;
import java.util.Optional;

/// Delays between a request for memory and its arrival.
///
/// @param mean weighted mean of all grants, in which newer ones weigh more; empty before the first
/// @param last delay of the last grant
/// @param beforeLast delay of the grant before it
public record GrantDelays(
        Optional<Duration> mean, Optional<Duration> last, Optional<Duration> beforeLast) {
    static final GrantDelays NONE =
            new GrantDelays(Optional.empty(), Optional.empty(), Optional.empty());

    /// Returns the longest of the last two delays and the mean; empty before the first grant.
    public Optional<Duration> max() {
        return last.map(
                newest -> longer(newest, longer(mean.orElse(newest), beforeLast.orElse(newest))));
    }

    GrantDelays with(Duration delay) {
        Duration smoothed =
                mean.map(before -> before.multipliedBy(3).plus(delay).dividedBy(4)).orElse(delay);
        return new GrantDelays(Optional.of(smoothed), Optional.of(delay), last);
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) >= 0 ? one : other;
    }
}
