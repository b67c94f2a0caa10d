package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;

/// Demand of a VM from all sources: its metrics, its monitor, and kills because memory ran out.
///
/// @param history demand according to the metrics
/// @param urgent urgent request of the monitor, while it counts
/// @param oomKillAt when the VM's kernel last killed a process because memory ran out
/// @param memoryFloor minimum memory after a kill because memory ran out
public record VmDemand(
        DemandHistory history,
        Optional<UrgentUpscale> urgent,
        Optional<Moment> oomKillAt,
        Optional<MemoryFloor> memoryFloor) {
    /// How long the explanation of a VM's size mentions that its kernel killed a process.
    private static final Duration OOM_KILL_MENTIONED = Duration.ofHours(1);

    static VmDemand none(Moment now) {
        return new VmDemand(
                DemandHistory.none(now), Optional.empty(), Optional.empty(), Optional.empty());
    }

    /// Returns the demand without the parts that have expired.
    VmDemand at(Moment now) {
        return new VmDemand(
                history,
                urgent.flatMap(it -> it.at(now)),
                oomKillAt.filter(it -> now.since(it).compareTo(OOM_KILL_MENTIONED) < 0),
                memoryFloor.filter(it -> now.isBefore(it.until())));
    }

    public VmDemand with(DemandHistory newer) {
        return new VmDemand(newer, urgent, oomKillAt, memoryFloor);
    }

    /// Returns this with `request` added. It replaces an earlier request for the same resource.
    VmDemand with(UrgentUpscale request) {
        UrgentUpscale both = urgent.map(it -> it.then(request)).orElse(request);
        return new VmDemand(history, Optional.of(both), oomKillAt, memoryFloor);
    }

    /// Returns this after the VM's kernel killed a process.
    VmDemand withOomKill(Moment at) {
        return new VmDemand(history, urgent, Optional.of(at), memoryFloor);
    }

    /// Returns this with `newer` as the floor, or with the earlier floor if that is higher.
    VmDemand with(MemoryFloor newer, Moment now) {
        MemoryFloor floor = memoryFloor.map(it -> newer.orHigher(it, now)).orElse(newer);
        return new VmDemand(history, urgent, oomKillAt, Optional.of(floor));
    }
}
