package dev.elastigres.agent;

import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.units.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What others may see of the agent.
///
/// @param driver its name
/// @param dryRun whether it only says what it would do
/// @param searched where it looks for VMs; empty when there is nothing to say
/// @param ownProblems why it cannot do all that it is for, one clause each
/// @param notes what is odd and keeps it from nothing, one clause each
/// @param bugs how many ended a VM's worker
/// @param lostEvents scaling events that could not be written
/// @param budget empty when a scheduler permits
/// @param unscaled VMs that it would scale and cannot, by name
/// @param vmsCount whether what cannot be reached of a VM makes the agent unready
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
    /// What a monitor says of itself and its Postgres: it was reached.
    private static final String READINESS = "readiness";

    AgentStatus {
        ownProblems = List.copyOf(ownProblems);
        notes = List.copyOf(notes);
        vms = List.copyOf(vms);
        unscaled = List.copyOf(unscaled);
    }

    /// @param permitted all that the VMs may have together now
    record BudgetUsage(BudgetRules rules, Resources permitted) {}

    /// A VM of which there is no more to see.
    ///
    /// @param state [#DEAD] or [#UNSEEN]
    /// @param why one sentence without its subject, which is the VM
    /// @param problems what could not be reached or read the last time, by name
    record UnscaledVm(String name, String state, String why, Map<String, String> problems) {
        /// It ended though nobody stopped it.
        static final String DEAD = "dead";

        /// It runs, and its size is not known.
        static final String UNSEEN = "unseen";

        UnscaledVm {
            problems = Map.copyOf(problems);
        }
    }

    boolean isReady() {
        return ownProblems.isEmpty() && (!vmsCount || vmProblems().isEmpty());
    }

    /// All that is in the way, the agent's own first.
    List<String> problems() {
        var all = new ArrayList<>(ownProblems);
        all.addAll(vmProblems());
        return all;
    }

    /// What cannot be reached or read of its VMs.
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
