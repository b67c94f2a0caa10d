package dev.elastigres.agent;

import dev.elastigres.agent.worker.PollingConfig;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
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
        Optional<SchedulerConfig> scheduler,
        PollingConfig polling,
        ReloadableConfig live,
        Optional<String> events,
        LogFormat logFormat,
        LogLevel logLevel) {

    /// @param namespace that the VMs are in, as the scheduler knows them
    record SchedulerConfig(HostPort address, String namespace) {}

    /// What can be changed while the agent runs.
    ///
    /// @param own rules of those VMs that have some, the first that fits counts
    /// @param others the rules of all other VMs
    record ReloadableConfig(List<VmOverride> own, VmRules others, BudgetRules budget) {
        ReloadableConfig {
            own = List.copyOf(own);
        }

        VmRules of(String vm) {
            for (VmOverride each : own) if (each.whose().matches(vm)) return each.rules();
            return others;
        }
    }

    record VmOverride(NamePattern whose, VmRules rules) {}
}
