package dev.elastigres.core.monitor;

import java.time.Duration;
import java.util.Optional;

/// How long memory took to come, from the request to the sight of it.
///
/// @param mean of all grants, the newer the heavier; empty before the first
/// @param last of the last grant
/// @param beforeLast of the one before it
public record GrantDelays(
        Optional<Duration> mean, Optional<Duration> last, Optional<Duration> beforeLast) {
    static final GrantDelays NONE =
            new GrantDelays(Optional.empty(), Optional.empty(), Optional.empty());

    /// The longest that has to be reckoned with; empty before the first grant.
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
