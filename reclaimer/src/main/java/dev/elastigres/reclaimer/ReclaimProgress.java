package dev.elastigres.reclaimer;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.protocol.reclaim.ReclaimReply.ReclaimEnd;
import java.time.Duration;
import java.util.Optional;

/// Progress of a reclaim, which determines the size of the next step. Steps are small, so that
/// pressure is detected before much is reclaimed. A pure state machine: observations are passed in.
final class ReclaimProgress {
    private static final int STEPS = 16;
    private static final Bytes MIN_STEP = Bytes.ofMebibytes(4);
    private static final Bytes MAX_STEP = Bytes.ofMebibytes(128);

    /// Fraction of time above which waiting processes show that they need the memory that is being
    /// reclaimed.
    private static final double MAX_STALLED = 0.1;

    /// Shorter stalls come from single page faults.
    private static final Duration MIN_STALL = Duration.ofMillis(20);

    /// Number of consecutive steps that freed less than [#MIN_PROGRESS] after which the reclaim
    /// ends.
    private static final int MAX_IDLE_STEPS = 3;

    private static final Bytes MIN_PROGRESS = Bytes.ofMebibytes(1);

    private final Bytes target;
    private final Bytes step;
    private final Moment deadline;
    private CgroupSample last;
    private int idleSteps;
    private Optional<ReclaimEnd> ending = Optional.empty();

    /// Observation of a cgroup.
    ///
    /// @param at time of the observation
    /// @param usage memory usage, page cache included
    /// @param stalled total time that its processes have waited for memory
    record CgroupSample(Moment at, Bytes usage, Duration stalled) {}

    /// @param bytes maximum amount to free
    /// @param floor usage is not reduced below this
    ReclaimProgress(Bytes bytes, Bytes floor, Moment deadline, CgroupSample first) {
        this.deadline = deadline;
        last = first;
        target = first.usage.minus(bytes).max(floor);
        Bytes all = first.usage.minus(target);
        step = all.times(1.0 / STEPS).max(MIN_STEP).min(MAX_STEP);
        if (all.equals(Bytes.ZERO)) ending = Optional.of(ReclaimEnd.DONE);
    }

    /// Returns how the reclaim ended; empty while it continues.
    Optional<ReclaimEnd> ending() {
        return ending;
    }

    /// Returns the amount to free in the next step, at most the usage above the floor.
    Bytes next() {
        return last.usage.minus(target).min(step);
    }

    void seen(CgroupSample now) {
        Bytes freed = last.usage.minus(now.usage);
        Duration elapsed = now.at.since(last.at);
        Duration stalled = now.stalled.minus(last.stalled);
        idleSteps = freed.isLessThan(MIN_PROGRESS) ? idleSteps + 1 : 0;
        last = now;
        if (!target.isLessThan(now.usage)) ending = Optional.of(ReclaimEnd.DONE);
        else if (isPressure(stalled, elapsed)) ending = Optional.of(ReclaimEnd.PRESSURE);
        else if (idleSteps >= MAX_IDLE_STEPS) ending = Optional.of(ReclaimEnd.NOTHING_LEFT);
        else if (!now.at.isBefore(deadline)) ending = Optional.of(ReclaimEnd.TIMEOUT);
    }

    private static boolean isPressure(Duration stalled, Duration elapsed) {
        return stalled.compareTo(MIN_STALL) > 0
                && stalled.toNanos() > MAX_STALLED * elapsed.toNanos();
    }
}
