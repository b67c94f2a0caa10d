package dev.elastigres.agent;

import dev.elastigres.agent.worker.VmView;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.units.Resources;
import java.util.List;
import java.util.Optional;

/// What others may see of the agent.
///
/// @param driver its name
/// @param dryRun whether it only says what it would do
/// @param troubles why it cannot do all that it is for, one clause each
/// @param bugs how many ended a VM's worker
/// @param lostEvents scaling events that could not be written
/// @param budget empty when a scheduler permits
record AgentView(
        String driver,
        boolean dryRun,
        List<String> troubles,
        long bugs,
        long lostEvents,
        Optional<BudgetUse> budget,
        List<VmView> vms) {
    AgentView {
        troubles = List.copyOf(troubles);
        vms = List.copyOf(vms);
    }

    /// @param permitted all that the VMs may have together now
    record BudgetUse(BudgetRules rules, Resources permitted) {}

    boolean isReady() {
        return troubles.isEmpty();
    }

    Optional<VmView> vm(String name) {
        return vms.stream().filter(it -> it.name().equals(name)).findFirst();
    }
}
