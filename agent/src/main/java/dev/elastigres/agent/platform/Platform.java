package dev.elastigres.agent.platform;

import dev.elastigres.agent.StartException;
import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.permits.Claim;
import dev.elastigres.agent.worker.Fleet;
import dev.elastigres.agent.worker.Onlooker;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.Settings;
import java.util.List;
import java.util.function.Predicate;

/// What the VMs of an agent are: how they are found and resized, what is set for each of them, what
/// there is to hand out, and who else is told of them.
public interface Platform extends Onlooker, AutoCloseable {
    Driver driver();

    /// What counts for a VM. Any thread may ask.
    ///
    /// @param set what the agent's settings say for it
    VmRules rules(String vm, VmRules set);

    /// What there is to hand out. Any thread may ask.
    ///
    /// @param set what the agent's settings say
    BudgetRules budget(BudgetRules set);

    /// What a VM takes of that. Any thread may ask.
    Claim claim(String vm);

    /// Why it cannot do all that it is for, one clause each. Any thread may ask.
    List<String> troubles();

    /// Its own metrics. Any thread may ask.
    void write(MetricsWriter page);

    /// Called once, before the first VM is found.
    ///
    /// @param fleet what becomes of the VMs
    /// @param changed to be called when [#rules] or [#budget] would answer otherwise; it does not
    ///     wait, and any thread may call it
    void begin(Fleet fleet, Runnable changed);

    @Override
    void close();

    /// Makes a platform that is not the agent's own.
    interface Provider {
        /// `table` with the settings of this platform.
        ///
        /// @param isMeant whether this platform is the one that is wanted: what must hold between
        ///     its settings counts only then
        SettingTable addTo(SettingTable table, Predicate<Settings> isMeant);

        /// @param dryRun whether nothing may be changed
        /// @throws StartException when it cannot be had on this host
        Platform open(Settings settings, boolean dryRun, Log log)
                throws StartException, InterruptedException;
    }
}
