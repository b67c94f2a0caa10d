package dev.elastigres.agent;

import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.units.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A snapshot of the agent for its pages.
///
/// @param driver its name
/// @param dryRun whether the agent only reports what it would do
/// @param searched the places where the driver looks for VMs; empty if there is nothing to report
/// @param ownProblems problems that impair the agent itself, one clause each
/// @param notes harmless oddities, one clause each
/// @param bugs number of VM workers that a bug ended
/// @param lostEvents number of scaling events that could not be written
/// @param budget usage of the host's budget; empty if a scheduler permits the sizes
/// @param unscaled VMs that the agent should scale and cannot, by name
/// @param vmsCount whether an unreachable dependency of a VM makes the agent unready
record AgentStatus(
        String driver,
        boolean dryRun,
        String searched,
        List<String> ownProblems,
        List<String> notes,
        long bugs,
        long lostEvents,
        Optional<BudgetUsage> budget,
        List<VmStatus> vms,
        List<UnscaledVm> unscaled,
        boolean vmsCount) {
    /// The problem reported by a monitor about itself or its Postgres; the monitor was reachable.
    private static final String READINESS = "readiness";

    AgentStatus {
        ownProblems = List.copyOf(ownProblems);
        notes = List.copyOf(notes);
        vms = List.copyOf(vms);
        unscaled = List.copyOf(unscaled);
    }

    /// @param permitted sum of the sizes that the VMs may have now
    record BudgetUsage(BudgetRules rules, Resources permitted) {}

    /// A VM without a known size.
    ///
    /// @param state [#DEAD], [#ENDED] or [#UNSEEN]
    /// @param why one sentence without its subject, which is the VM
    /// @param problems the latest failure of each dependency, by dependency name
    record UnscaledVm(String name, String state, String why, Map<String, String> problems) {
        /// The VM ended without being stopped.
        static final String DEAD = "dead";

        /// The VM ended. Whether it was stopped is unknown.
        static final String ENDED = "ended";

        /// The VM runs, but its size is not known.
        static final String UNSEEN = "unseen";

        /// All states.
        static final List<String> STATES = List.of(DEAD, ENDED, UNSEEN);

        UnscaledVm {
            problems = Map.copyOf(problems);
        }
    }

    boolean isReady() {
        return ownProblems.isEmpty() && (!vmsCount || vmProblems().isEmpty());
    }

    /// Returns all problems, the agent's own first.
    List<String> problems() {
        var all = new ArrayList<>(ownProblems);
        all.addAll(vmProblems());
        return all;
    }

    /// Returns the failures of VM dependencies.
    private List<String> vmProblems() {
        var all = new ArrayList<String>();
        vms.forEach(vm -> add(all, vm.name(), vm.problems()));
        unscaled.forEach(vm -> add(all, vm.name(), vm.problems()));
        return all;
    }

    private static void add(List<String> all, String vm, Map<String, String> problems) {
        new TreeMap<>(problems)
                .forEach(
                        (part, why) -> {
                            if (!part.equals(READINESS)) all.add(vm + ": " + part + ": " + why);
                        });
    }

    Optional<VmStatus> vm(String name) {
        return vms.stream().filter(it -> it.name().equals(name)).findFirst();
    }

    Optional<UnscaledVm> unscaled(String name) {
        return unscaled.stream().filter(it -> it.name().equals(name)).findFirst();
    }
}
