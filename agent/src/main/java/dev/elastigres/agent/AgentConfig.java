package dev.elastigres.agent;

import dev.elastigres.agent.worker.PollingConfig;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.settings.HostPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The configuration of the agent.
///
/// @param address of the pages
/// @param hosts host names that requests for the pages may use
/// @param dryRun whether the agent only reports sizes and changes nothing
/// @param scheduler permits the sizes; empty if the host's budget does
/// @param actionsToken file with the token of operators who may pause VMs and pin sizes; empty to
///     allow no action
/// @param stateDir folder for the history of the VMs; empty to keep it in memory only
/// @param events destination of scaling events: a file, or `-` for standard output
record AgentConfig(
        HostPort address,
        List<String> hosts,
        boolean dryRun,
        Optional<SchedulerConfig> scheduler,
        PollingConfig polling,
        ReloadableConfig live,
        Optional<Path> actionsToken,
        Optional<Path> stateDir,
        Optional<String> events,
        LogFormat logFormat,
        LogLevel logLevel) {

    /// @param namespace of the VMs in the scheduler
    record SchedulerConfig(HostPort address, String namespace) {}

    /// The part of the configuration that can change while the agent runs.
    ///
    /// @param own rules of individual VMs; the first entry that matches a VM applies
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
