package dev.elastigres.agent;

import dev.elastigres.agent.worker.VmView;
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
/// @param ownTroubles why it cannot do all that it is for, one clause each
/// @param notes what is odd and keeps it from nothing, one clause each
/// @param bugs how many ended a VM's worker
/// @param lostEvents scaling events that could not be written
/// @param budget empty when a scheduler permits
/// @param unscaled VMs that it would scale and cannot, by name
/// @param vmsCount whether what cannot be reached of a VM makes the agent unready
record AgentView(
        String driver,
        boolean dryRun,
        String searched,
        List<String> ownTroubles,
        List<String> notes,
        long bugs,
        long lostEvents,
        Optional<BudgetUse> budget,
        List<VmView> vms,
        List<Unscaled> unscaled,
        boolean vmsCount) {
    /// What a monitor says of itself and its Postgres: it was reached.
    private static final String READINESS = "readiness";

    AgentView {
        ownTroubles = List.copyOf(ownTroubles);
        notes = List.copyOf(notes);
        vms = List.copyOf(vms);
        unscaled = List.copyOf(unscaled);
    }

    /// @param permitted all that the VMs may have together now
    record BudgetUse(BudgetRules rules, Resources permitted) {}

    /// A VM of which there is no more to see.
    ///
    /// @param state [#DEAD] or [#UNSEEN]
    /// @param why one sentence without its subject, which is the VM
    /// @param troubles what could not be reached or read the last time, by name
    record Unscaled(String name, String state, String why, Map<String, String> troubles) {
        /// It ended though nobody stopped it.
        static final String DEAD = "dead";

        /// It runs, and its size is not known.
        static final String UNSEEN = "unseen";

        Unscaled {
            troubles = Map.copyOf(troubles);
        }
    }

    boolean isReady() {
        return ownTroubles.isEmpty() && (!vmsCount || vmTroubles().isEmpty());
    }

    /// All that is in the way, the agent's own first.
    List<String> troubles() {
        var all = new ArrayList<>(ownTroubles);
        all.addAll(vmTroubles());
        return all;
    }

    /// What cannot be reached or read of its VMs.
    private List<String> vmTroubles() {
        var all = new ArrayList<String>();
        vms.forEach(vm -> add(all, vm.name(), vm.troubles()));
        unscaled.forEach(vm -> add(all, vm.name(), vm.troubles()));
        return all;
    }

    private static void add(List<String> all, String vm, Map<String, String> troubles) {
        new TreeMap<>(troubles)
                .forEach(
                        (part, why) -> {
                            if (!part.equals(READINESS)) all.add(vm + ": " + part + ": " + why);
                        });
    }

    Optional<VmView> vm(String name) {
        return vms.stream().filter(it -> it.name().equals(name)).findFirst();
    }

    Optional<Unscaled> unscaled(String name) {
        return unscaled.stream().filter(it -> it.name().equals(name)).findFirst();
    }
}
