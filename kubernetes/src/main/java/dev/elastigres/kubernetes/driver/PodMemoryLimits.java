package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.Cgroup;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.core.monitor.MemoryRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.kubernetes.driver.Reclaimer.ReclaimResult;
import dev.elastigres.kubernetes.driver.Reclaimer.ReclaimScope;
import dev.elastigres.kubernetes.node.PodContainer;
import java.time.Duration;
import java.util.Optional;

/// Computes how far a container's memory limit can be lowered.
///
/// The kubelet refuses a limit below the memory that the container or its pod occupies, and it
/// counts page cache as occupied. Page cache is therefore freed first, down to the new limit less a
/// margin. The margin covers files that are read before the kubelet checks: its usage figure is
/// measured at intervals of 10 to 30 s. Each further attempt for the same limit doubles the margin,
/// for databases that read more than that between two attempts.
///
/// @param reclaimer frees page cache; without a reclaimer the limit falls only as page cache
///     shrinks by itself
record PodMemoryLimits(Optional<Reclaimer> reclaimer) {
    /// Minimum free memory below a new limit: the kernel kills the container when it reaches its
    /// limit.
    static final Bytes BUFFER = MemoryRules.DEFAULT.downscaleBuffer();

    private static final double MARGIN = 1.0 / 8;
    private static final Bytes MIN_MARGIN = Bytes.ofMebibytes(16);
    private static final Bytes MAX_MARGIN = Bytes.ofMebibytes(256);
    private static final int MAX_DOUBLINGS = 8;

    /// Minimum step by which a limit is lowered, as a fraction of it, because each step costs a
    /// patch and an event.
    private static final double MIN_STEP = 1.0 / 32;

    /// @param limit the lowest possible limit, at least the requested one
    /// @param heldBy why it is above the requested limit; empty if it is not
    record MemoryLimitPlan(Bytes limit, Optional<String> heldBy) {}

    static Bytes margin(Bytes limit) {
        return limit.times(MARGIN).max(MIN_MARGIN).min(MAX_MARGIN);
    }

    /// Returns the usage down to which page cache is freed for the limit `to`.
    ///
    /// @param attempts how often the kubelet has not accepted this limit yet; each doubles the
    ///     margin, up to half of the limit, but not into memory that is in use
    static Bytes reclaimTarget(MemoryOccupancy occupancy, Bytes to, int attempts) {
        Bytes margin = margin(to);
        Bytes larger = margin.times(1 << Math.min(attempts, MAX_DOUBLINGS)).min(to.times(0.5));
        Bytes lowest = occupancy.inUse().plus(MIN_MARGIN);
        return to.minus(larger).max(lowest).min(to.minus(margin));
    }

    /// Returns whether the limit can be lowered to `to` without freeing page cache first, even if
    /// the kubelet's measurement is some seconds old.
    static boolean isFree(MemoryOccupancy occupancy, Bytes to) {
        return !to.isLessThan(occupancy.total().plus(margin(to).times(2)));
    }

    /// Returns why `to` is less than the container needs; empty if it is not.
    static Optional<String> tooLittle(Cgroup cgroup, Bytes to)
            throws DriverException.Failed, InterruptedException {
        Bytes usage = cgroup.usage();
        return to.isLessThan(usage.plus(BUFFER))
                ? Optional.of("%s are in use, and %s must stay free".formatted(usage, BUFFER))
                : Optional.empty();
    }

    /// Frees page cache if it prevents the limit `to`, and returns the lowest possible limit.
    ///
    /// @param from the present limit
    /// @param attempts how often the kubelet has not accepted the limit `to` yet
    /// @param within timeout of each reclaim
    MemoryLimitPlan plan(
            PodContainer container,
            Cgroup cgroup,
            Bytes from,
            Bytes to,
            int attempts,
            Duration within)
            throws DriverException.Failed, InterruptedException {
        MemoryOccupancy occupancy = MemoryOccupancy.of(cgroup);
        String freed = "nothing frees it: there is no reclaimer";
        Bytes target = reclaimTarget(occupancy, to, attempts);
        if (reclaimer.isPresent() && target.isLessThan(occupancy.total())) {
            freed = free(reclaimer.get(), container, occupancy, target, within);
            occupancy = MemoryOccupancy.of(cgroup);
            if (!fits(occupancy, to) && !occupancy.leftBehind().equals(Bytes.ZERO)) {
                freed = freeLeftBehind(reclaimer.get(), container, occupancy, target, within);
                occupancy = MemoryOccupancy.of(cgroup);
            }
        }
        if (fits(occupancy, to)) return new MemoryLimitPlan(to, Optional.empty());
        Bytes lowest = occupancy.total().plus(margin(to)).roundedUpToMebibytes();
        String why =
                "%s are occupied, %s of that by page cache, and %s"
                        .formatted(occupancy.total(), occupancy.pageCache(), freed);
        boolean worthIt = lowest.isLessThan(from.minus(from.times(MIN_STEP)));
        return new MemoryLimitPlan(worthIt ? lowest : from, Optional.of(why));
    }

    private static boolean fits(MemoryOccupancy occupancy, Bytes limit) {
        return !limit.isLessThan(occupancy.total().plus(margin(limit)));
    }

    private static String free(
            Reclaimer reclaimer,
            PodContainer container,
            MemoryOccupancy occupancy,
            Bytes target,
            Duration within)
            throws InterruptedException {
        Bytes bytes = occupancy.total().minus(target);
        Bytes floor = occupancy.container().minus(bytes);
        return why(reclaimer.reclaim(container, ReclaimScope.CONTAINER, bytes, floor, within));
    }

    /// Frees page cache that is charged to the pod but to no existing container.
    private static String freeLeftBehind(
            Reclaimer reclaimer,
            PodContainer container,
            MemoryOccupancy occupancy,
            Bytes target,
            Duration within)
            throws InterruptedException {
        Bytes bytes = occupancy.pod().minus(target).min(occupancy.leftBehind());
        return why(reclaimer.reclaim(container, ReclaimScope.POD, bytes, Bytes.ZERO, within));
    }

    private static String why(ReclaimResult reclaimed) {
        String why = reclaimed.why().isEmpty() ? "usage grew meanwhile" : reclaimed.why();
        return "%s were freed: %s".formatted(reclaimed.freed(), why);
    }
}
