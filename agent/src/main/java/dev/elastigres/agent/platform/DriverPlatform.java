package dev.elastigres.agent.platform;

import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.permits.HostShare;
import dev.elastigres.agent.worker.ScalingEvent;
import dev.elastigres.agent.worker.VmFleet;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.daemon.metrics.MetricsWriter;
import java.util.List;

/// A platform that consists of a driver only; all rules come from the settings.
public record DriverPlatform(Driver driver) implements Platform {
    @Override
    public VmRules rules(String vm, VmRules set) {
        return set;
    }

    @Override
    public BudgetRules budget(BudgetRules set) {
        return set;
    }

    @Override
    public HostShare claim(String vm) {
        return HostShare.ALL;
    }

    @Override
    public List<String> problems() {
        return List.of();
    }

    @Override
    public boolean readyOnlyWithVms() {
        return true;
    }

    @Override
    public void write(MetricsWriter page) {}

    @Override
    public void begin(VmFleet fleet, Runnable changed) {}

    @Override
    public void scaled(ScalingEvent scaled) {}

    @Override
    public void happened(String vm, Event event) {}

    @Override
    public void close() {
        driver.close();
    }
}
