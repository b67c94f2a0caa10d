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

/// How far a container's memory limit can be lowered.
///
/// The kubelet refuses a limit below what the container, or its pod, occupies, and counts page
/// cache as occupied. So page cache is freed first, down to the new limit less a margin: the
/// kubelet looks later, and files are read meanwhile.
///
/// @param reclaimer frees page cache; without one a limit comes down as page cache goes by itself
record PodMemoryLimits(Optional<Reclaimer> reclaimer) {
    /// Below a limit that is reached the kernel kills, so a lower one must leave some room.
    static final Bytes BUFFER = MemoryRules.DEFAULT.downscaleBuffer();

    private static final double MARGIN = 1.0 / 8;
    private static final Bytes MIN_MARGIN = Bytes.ofMebibytes(16);
    private static final Bytes MAX_MARGIN = Bytes.ofMebibytes(256);

    /// A limit is not lowered by less than this part of it: each step is a patch and an event.
    private static final double MIN_STEP = 1.0 / 32;

    /// @param limit the lowest that there can be, at least what was asked for
    /// @param heldBy why it is not what was asked for
    record MemoryLimitPlan(Bytes limit, Optional<String> heldBy) {}

    static Bytes margin(Bytes limit) {
        return limit.times(MARGIN).max(MIN_MARGIN).min(MAX_MARGIN);
    }

    /// Whether the limit can be lowered to `to` without anything being freed before, whatever the
    /// kubelet saw some seconds ago.
    static boolean isFree(MemoryOccupancy occupancy, Bytes to) {
        return !to.isLessThan(occupancy.total().plus(margin(to).times(2)));
    }

    /// Why `to` is less than the container needs; empty when it is not.
    static Optional<String> tooLittle(Cgroup cgroup, Bytes to)
            throws DriverException.Failed, InterruptedException {
        Bytes usage = cgroup.usage();
        return to.isLessThan(usage.plus(BUFFER))
                ? Optional.of("%s are in use, and %s stay free".formatted(usage, BUFFER))
                : Optional.empty();
    }

    /// Frees page cache where it is in the way.
    ///
    /// @param from the limit that there is
    MemoryLimitPlan plan(
            PodContainer container, Cgroup cgroup, Bytes from, Bytes to, Duration within)
            throws DriverException.Failed, InterruptedException {
        MemoryOccupancy occupancy = MemoryOccupancy.of(cgroup);
        String freed = "nothing frees it: there is no reclaimer";
        if (reclaimer.isPresent() && !fits(occupancy, to)) {
            freed = free(reclaimer.get(), container, occupancy, to, within);
            occupancy = MemoryOccupancy.of(cgroup);
            if (!fits(occupancy, to) && !occupancy.leftBehind().equals(Bytes.ZERO)) {
                freed = freeLeftBehind(reclaimer.get(), container, occupancy, to, within);
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
            Bytes to,
            Duration within)
            throws InterruptedException {
        Bytes bytes = occupancy.total().minus(to.minus(margin(to)));
        Bytes floor = occupancy.container().minus(bytes);
        return why(reclaimer.reclaim(container, ReclaimScope.CONTAINER, bytes, floor, within));
    }

    /// What is charged to no container any more is the pod's.
    private static String freeLeftBehind(
            Reclaimer reclaimer,
            PodContainer container,
            MemoryOccupancy occupancy,
            Bytes to,
            Duration within)
            throws InterruptedException {
        Bytes bytes = occupancy.pod().minus(to.minus(margin(to))).min(occupancy.leftBehind());
        return why(reclaimer.reclaim(container, ReclaimScope.POD, bytes, Bytes.ZERO, within));
    }

    private static String why(ReclaimResult reclaimed) {
        String why = reclaimed.why().isEmpty() ? "more came meanwhile" : reclaimed.why();
        return "%s were freed: %s".formatted(reclaimed.freed(), why);
    }
}
