package dev.elastigres.page;

import dev.elastigres.core.units.Resources;
import dev.elastigres.protocol.json.Json;
import java.util.List;
import java.util.Optional;

/// Everything that the overview shows.
public record FleetSnapshot(HostSummary host, List<MachineRow> machines) {
    public FleetSnapshot {
        machines = List.copyOf(machines);
    }

    /// The host, or the cluster, that has the machines.
    ///
    /// @param title name of the host
    /// @param version of the daemon
    /// @param kind what the machines are: `vm`, `cgroup` or `pods`
    /// @param searched where machines are searched for; may be empty
    /// @param dryRun whether sizes are only recommended
    /// @param ready whether the daemon can do all its work
    /// @param problems why it is not ready, one sentence each
    /// @param notes harmless oddities, one sentence each
    /// @param budget what the machines share; empty if another program permits their sizes
    public record HostSummary(
            String title,
            String version,
            String kind,
            String searched,
            boolean dryRun,
            boolean ready,
            List<String> problems,
            List<String> notes,
            Optional<SharedBudget> budget) {
        public HostSummary {
            problems = List.copyOf(problems);
            notes = List.copyOf(notes);
        }
    }

    /// What all machines share.
    ///
    /// @param capacity for all machines together
    /// @param headroom the part that only urgent requests get
    /// @param permitted the sum of all permits
    public record SharedBudget(Resources capacity, Resources headroom, Resources permitted) {}

    /// Returns the host and what its machines wait for.
    Json.Obj hostJson() {
        return Json.object()
                .with("title", host.title)
                .with("version", host.version)
                .with("kind", host.kind)
                .with("searched", host.searched)
                .with("dry_run", host.dryRun)
                .with("ready", host.ready)
                .with("problems", PageJson.texts(host.problems))
                .with("notes", PageJson.texts(host.notes))
                .with("budget", PageJson.orNull(host.budget.map(FleetSnapshot::json)))
                .with("waiting", waiting());
    }

    private static Json.Obj json(SharedBudget budget) {
        return Json.object()
                .with("capacity", PageJson.size(budget.capacity))
                .with("headroom", PageJson.size(budget.headroom))
                .with("permitted", PageJson.size(budget.permitted));
    }

    /// Returns what the machines lack to the sizes that they should have: their number and the sum.
    private Json.Obj waiting() {
        long count = 0;
        Resources sum = Resources.ZERO;
        for (MachineRow machine : machines) {
            if (machine.size().isEmpty() || machine.wanted().isEmpty()) continue;
            Resources size = machine.size().get();
            Resources lacking = machine.wanted().get().max(size).minus(size);
            if (lacking.equals(Resources.ZERO)) continue;
            count++;
            sum = sum.plus(lacking);
        }
        return PageJson.size(sum).with("count", count);
    }
}
