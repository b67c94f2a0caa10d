package dev.elastigres.agent.permits;

import dev.elastigres.core.budget.Budget;
import dev.elastigres.core.budget.BudgetRequest;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.thread.MonotonicClock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// A permit source without a scheduler: a [Budget] distributes the capacity of this host.
///
/// It owns the budget and serializes its callers. No method blocks otherwise.
public final class HostBudget implements PermitSource {
    private final Budget budget;
    private final Function<String, HostShare> shares;
    private final Map<String, HostShare> vms = new HashMap<>();

    public HostBudget(BudgetRules rules) {
        this(rules, _ -> HostShare.ALL);
    }

    /// @param shares the share of the host by VM name, read when the VM joins
    public HostBudget(BudgetRules rules, Function<String, HostShare> shares) {
        budget = new Budget(rules);
        this.shares = shares;
    }

    @Override
    public synchronized void join(String vm, Resources current) {
        HostShare share = shares.apply(vm);
        vms.put(vm, share);
        budget.join(vm, share.of(current));
    }

    @Override
    public synchronized void leave(String vm) {
        vms.remove(vm);
        budget.leave(vm);
    }

    @Override
    public synchronized Permit ask(PermitRequest ask) throws PermitException {
        // A permit for a VM that has left would never be released.
        HostShare share = vms.get(ask.vm());
        if (share == null)
            throw new PermitException("the host's budget has no VM called " + ask.vm());
        var wish = new BudgetRequest(ask.vm(), ask.id(), share.of(ask.wanted()), ask.urgent());
        Resources given = budget.answer(wish, MonotonicClock.now());
        Resources permit = share.within(given, ask.wanted());
        return new Permit(
                permit,
                false,
                permit.covers(ask.wanted())
                        ? Optional.empty()
                        : Optional.of(budget.shortage(ask.vm(), ask.urgent())));
    }

    /// Replaces the rules of the budget.
    public synchronized void change(BudgetRules rules) {
        budget.change(rules);
    }

    /// Returns the sum of what all VMs may take of the host.
    public synchronized Resources permitted() {
        return budget.permitted();
    }

    @Override
    public void close() {}
}
