package dev.elastigres.agent.platform;

import dev.elastigres.agent.driver.Driver;
import dev.elastigres.agent.permits.Claim;
import dev.elastigres.agent.worker.Fleet;
import dev.elastigres.agent.worker.Scaled;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.daemon.metrics.MetricsWriter;
import java.util.List;

/// A driver, and nothing beside it: the settings say all there is.
public record Plain(Driver driver) implements Platform {
    @Override
    public VmRules rules(String vm, VmRules set) {
        return set;
    }

    @Override
    public BudgetRules budget(BudgetRules set) {
        return set;
    }

    @Override
    public Claim claim(String vm) {
        return Claim.ALL;
    }

    @Override
    public List<String> troubles() {
        return List.of();
    }

    @Override
    public boolean readyOnlyWithVms() {
        return true;
    }

    @Override
    public void write(MetricsWriter page) {}

    @Override
    public void begin(Fleet fleet, Runnable changed) {}

    @Override
    public void scaled(Scaled scaled) {}

    @Override
    public void happened(String vm, Event event) {}

    @Override
    public void close() {
        driver.close();
    }
}
