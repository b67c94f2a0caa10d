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

    /// Whether what cannot be reached of one VM makes the agent unready. It does where somebody
    /// looks after a host; where a rollout waits for readiness, one sick VM must not hold it up.
    default boolean readyOnlyWithVms() {
        return false;
    }

    /// Writes the platform's own metrics. Thread-safe.
    void write(MetricsWriter page);

    /// Called once, before the first VM is found.
    ///
    /// @param fleet what becomes of the VMs
    /// @param changed to be called when [#rules] or [#budget] would answer otherwise; it does not
    ///     wait, and any thread may call it
    void begin(VmFleet fleet, Runnable changed);

    @Override
    void close();

    /// Makes a platform. A service: each platform provides one.
    interface PlatformProvider {
        /// The value of `--driver` that chooses this platform.
        String name();

        /// What the platform resizes, for the help of `--driver`.
        String subject();

        /// Whether the platform is chosen when `--driver` is not given. At most one provider of a
        /// program says so.
        default boolean isDefault() {
            return false;
        }

        /// Whether a scheduler over the network may permit sizes, in place of the host's budget.
        default boolean acceptsScheduler() {
            return true;
        }

        /// The step in which sizes can be changed at all: permits and their headroom are whole
        /// multiples of it.
        default Resources grain() {
            return CgroupConfig.GRAIN;
        }

        /// Whether a VM has a minimum of its own. Otherwise it is a compute unit, unless settings
        /// say less.
        default boolean hasOwnMin() {
            return true;
        }

        /// Settings that a section `[vm.NAME]` may set for one VM.
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
        /// @throws StartException if this host does not have what the platform needs
        Platform open(Settings settings, PlatformContext start)
                throws AgentStartException, InterruptedException;
    }

    /// The setting `--driver`, from the view of one provider.
    ///
    /// @param driver the setting itself
    /// @param isChosen whether the platform of that provider is the chosen one: rules between its
    ///     settings apply only then
    record DriverChoice(Setting<String> driver, Predicate<Settings> isChosen) {}

    /// What a platform is opened with.
    ///
    /// @param host the size of this host
    /// @param dryRun whether nothing may be changed
    /// @param identity what other agents on this host are told of this one, one clause
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
