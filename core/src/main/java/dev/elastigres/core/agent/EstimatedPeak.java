package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;

/// The highest goal of metrics that show saturated CPUs.
///
/// What saturated CPUs would have to do can only be estimated, and includes work that has piled up.
/// So the estimate makes the VM grow, and the first metrics that show what is really used replace
/// it. A measured peak counts for the whole damping window instead.
///
/// @param size highest goal since the CPUs were saturated; without memory where that is sized
///     independently, for it is measured at any time
/// @param at when the page of its metrics was requested
public record EstimatedPeak(Resources size, Moment at) {

    /// Returns the peak with a goal of saturated CPUs added.
    ///
    /// @param window time for which a peak counts
    static EstimatedPeak of(Optional<EstimatedPeak> before, Goal goal, Moment at, Duration window) {
        Resources size =
                goal.shape().isTied()
                        ? goal.size()
                        : new Resources(goal.size().vcpus(), Bytes.ZERO);
        return before.filter(it -> !size.covers(it.within(window, at)))
                .orElseGet(() -> new EstimatedPeak(size, at));
    }

    /// Returns the size while it counts, otherwise zero.
    ///
    /// @param window time for which a peak counts
    Resources within(Duration window, Moment now) {
        return now.since(at).compareTo(window) < 0 ? size : Resources.ZERO;
    }
}
