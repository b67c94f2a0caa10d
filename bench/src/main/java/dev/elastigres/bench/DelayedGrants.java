package dev.elastigres.bench;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// The host of the benchmark: it grants every request in whole steps, after a delay. A request
/// that names a sufficient size gets that size at once, any other request gets one step. Not
/// thread-safe.
final class DelayedGrants {
    private final Duration delay;
    private final Deque<PendingGrant> due = new ArrayDeque<>();
    private Bytes promised = SurviveBenchPlan.SMALL;

    private record PendingGrant(Moment at, Bytes size) {}

    /// @param delay from a request to its grant
    DelayedGrants(Duration delay) {
        this.delay = delay;
    }

    /// @param wanted the sufficient size; empty if the request does not name one
    void requested(Moment at, Optional<Bytes> wanted) {
        Bytes step = promised.plus(SurviveBenchPlan.STEP);
        // A pending grant covers any smaller request. A request after the last grant has arrived
        // shows that the granted memory is not enough.
        boolean comes = !due.isEmpty() && wanted.filter(it -> !promised.isLessThan(it)).isPresent();
        if (comes || !promised.isLessThan(SurviveBenchPlan.LARGE)) return;
        promised =
                wanted.map(DelayedGrants::inSteps)
                        .orElse(step)
                        .max(step)
                        .min(SurviveBenchPlan.LARGE);
        due.add(new PendingGrant(at.plus(delay), promised));
    }

    private static Bytes inSteps(Bytes size) {
        long step = SurviveBenchPlan.STEP.value();
        return Bytes.of(step * Math.ceilDiv(size.value(), step));
    }

    /// Returns whether the next grant is due.
    boolean isDue(Moment now) {
        return !due.isEmpty() && !now.isBefore(due.peek().at());
    }

    /// Removes the next grant and returns the VM's size with it.
    Bytes next() {
        return due.remove().size();
    }

    /// Returns the growth from all requests so far, including pending grants.
    Bytes grown() {
        return promised.minus(SurviveBenchPlan.SMALL);
    }
}
