package dev.elastigres.agent.platform;

import dev.elastigres.agent.AgentStartException;
import dev.elastigres.agent.driver.CgroupConfig;
import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.permits.HostShare;
import dev.elastigres.agent.worker.FleetListener;
import dev.elastigres.agent.worker.VmFleet;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.Settings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// The kind of machine that an agent scales: its driver, its rules, its capacity, and a listener
/// for changes.
public interface Platform extends FleetListener, AutoCloseable {
    Driver driver();

    /// Returns the rules that apply to a VM. Thread-safe.
    ///
    /// @param set the rules from the agent's settings
    VmRules rules(String vm, VmRules set);

    /// Returns the rules of the host's budget. Thread-safe.
    ///
    /// @param set the budget from the agent's settings
    BudgetRules budget(BudgetRules set);

    /// Returns the VM's share of the budget. Thread-safe.
    HostShare claim(String vm);

    /// Returns problems that impair the platform, one clause each. Thread-safe.
    List<String> problems();

    /// Returns whether an unreachable dependency of a single VM makes the agent unready. True if
    /// operators watch single hosts; false if a rollout waits for the agents' readiness, which one
    /// faulty VM must not block.
    default boolean readyOnlyWithVms() {
        return false;
    }

    /// Writes the platform's own metrics. Thread-safe.
    void write(MetricsWriter page);

    /// Called once, before the first VM is discovered.
    ///
    /// @param fleet gives the status of the VMs
    /// @param changed to be called when the result of [#rules] or [#budget] has changed; does not
    ///     block, and may be called by any thread
    void begin(VmFleet fleet, Runnable changed);

    @Override
    void close();

    /// Creates a platform. A service: each platform provides one.
    interface PlatformProvider {
        /// Returns the value of `--driver` that chooses this platform.
        String name();

        /// Returns what the platform resizes, for the help of `--driver`.
        String subject();

        /// Returns whether the platform is chosen if `--driver` is not given. At most one provider
        /// of a program returns true.
        default boolean isDefault() {
            return false;
        }

        /// Returns whether a scheduler may permit sizes over the network, instead of the host's
        /// budget.
        default boolean acceptsScheduler() {
            return true;
        }

        /// Returns the smallest step of a size. Permits and their headroom are whole multiples of
        /// it.
        default Resources grain() {
            return CgroupConfig.GRAIN;
        }

        /// Returns whether VMs have a minimum of their own. Otherwise the minimum is a compute
        /// unit, unless settings give a smaller one.
        default boolean hasOwnMin() {
            return true;
        }

        /// Returns the settings that a section `[vm.NAME]` may have for one VM.
        default List<Setting<?>> settingsOfVm() {
            return List.of();
        }

        /// Returns `table` with the settings of this platform and the rules between them.
        SettingTable addTo(SettingTable table, DriverChoice choice, Resources host);

        /// Returns the names of the platform's settings that differ in `later` and take effect
        /// after a restart only, if [Settings#changes] does not find them.
        default Set<String> needRestart(Settings now, Settings later, Resources host) {
            return Set.of();
        }

        /// Opens the platform.
        ///
        /// @throws AgentStartException if this host lacks something that the platform needs
        Platform open(Settings settings, PlatformContext start)
                throws AgentStartException, InterruptedException;
    }

    /// The setting `--driver`, as seen by one provider.
    ///
    /// @param driver the setting
    /// @param isChosen whether the provider's platform is chosen; rules between its settings apply
    ///     only then
    record DriverChoice(Setting<String> driver, Predicate<Settings> isChosen) {}

    /// The parameters of opening a platform.
    ///
    /// @param host the size of this host
    /// @param dryRun whether nothing may be changed
    /// @param environment environment variables of the process
    /// @param identity description of this agent for other agents on this host, one clause
    /// @param log the agent's log
    record PlatformContext(
            Resources host,
            boolean dryRun,
            Map<String, String> environment,
            String identity,
            Log log) {
        public PlatformContext {
            environment = Map.copyOf(environment);
        }
    }
}
