package dev.elastigres.bench;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/// The host of the benchmark: every request is granted in whole steps, a while later. One that says
/// how much would do gets that at once; one that does not gets a step. One owner.
final class DelayedGrants {
    private final Duration delay;
    private final Deque<PendingGrant> due = new ArrayDeque<>();
    private Bytes promised = SurviveBenchPlan.SMALL;

    private record PendingGrant(Moment at, Bytes size) {}

    /// @param delay from a request to its grant
    DelayedGrants(Duration delay) {
        this.delay = delay;
    }

    /// @param wanted the size that would do; empty when the request does not say
    void requested(Moment at, Optional<Bytes> wanted) {
        Bytes step = promised.plus(SurviveBenchPlan.STEP);
        // Less than is promised already comes with that; when all of it is there, it is not enough.
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

    /// Whether it is time for the next grant.
    boolean isDue(Moment now) {
        return !due.isEmpty() && !now.isBefore(due.peek().at());
    }

    /// The size that the VM gets with the next grant.
    Bytes next() {
        return due.remove().size();
    }

    /// What all requests until now bring, whether it is there already or not.
    Bytes grown() {
        return promised.minus(SurviveBenchPlan.SMALL);
    }
}
