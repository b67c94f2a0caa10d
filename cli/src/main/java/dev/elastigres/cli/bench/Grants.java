package dev.elastigres.cli.bench;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/// The host of the benchmark: every request is granted a step, a while later. One owner.
final class Grants {
    private final Duration delay;
    private final Deque<Moment> due = new ArrayDeque<>();
    private Bytes promised = SurvivePlan.SMALL;
    private Bytes given = SurvivePlan.SMALL;

    /// @param delay from a request to its grant
    Grants(Duration delay) {
        this.delay = delay;
    }

    void requested(Moment at) {
        if (!promised.isLessThan(SurvivePlan.LARGE)) return;
        promised = promised.plus(SurvivePlan.STEP);
        due.add(at.plus(delay));
    }

    /// Whether it is time for the next grant.
    boolean isDue(Moment now) {
        return !due.isEmpty() && !now.isBefore(due.peek());
    }

    /// The size that the VM gets with the next grant.
    Bytes next() {
        due.remove();
        given = given.plus(SurvivePlan.STEP);
        return given;
    }

    /// What all requests until now bring, whether it is there already or not.
    Bytes grown() {
        return promised.minus(SurvivePlan.SMALL);
    }
}
