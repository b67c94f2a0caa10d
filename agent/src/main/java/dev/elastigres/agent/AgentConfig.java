package dev.elastigres.agent;

import dev.elastigres.agent.worker.Pace;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.daemon.log.Level;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.settings.HostPort;
import java.util.List;
import java.util.Optional;

/// All that the agent is told.
///
/// @param address of the pages
/// @param hosts names by which the pages may be asked for
/// @param dryRun whether nothing is changed, only said
/// @param scheduler who permits; empty: the host's budget
/// @param events where scaling events go: a file, or `-` for standard output
record AgentConfig(
        HostPort address,
        List<String> hosts,
        boolean dryRun,
        Optional<Scheduler> scheduler,
        Pace pace,
        Live live,
        Optional<String> events,
        LogFormat logFormat,
        Level logLevel) {

    /// @param namespace that the VMs are in, as the scheduler knows them
    record Scheduler(HostPort address, String namespace) {}

    /// What can be changed while the agent runs.
    ///
    /// @param own rules of those VMs that have some, the first that fits counts
    /// @param others the rules of all other VMs
    record Live(List<Own> own, VmRules others, BudgetRules budget) {
        Live {
            own = List.copyOf(own);
        }

        VmRules of(String vm) {
            for (Own each : own) if (each.whose().matches(vm)) return each.rules();
            return others;
        }
    }

    record Own(NamePattern whose, VmRules rules) {}
}
