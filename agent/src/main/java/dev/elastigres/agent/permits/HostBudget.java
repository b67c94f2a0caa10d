package dev.elastigres.agent.permits;

import dev.elastigres.core.budget.Budget;
import dev.elastigres.core.budget.BudgetRequest;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// Permits without a scheduler: what this host has, handed out by [Budget].
///
/// It is the budget's only owner, and takes one caller at a time; nothing in it waits.
public final class HostBudget implements PermitSource {
    private final Budget budget;
    private final Function<String, HostShare> shares;
    private final Map<String, HostShare> vms = new HashMap<>();

    public HostBudget(BudgetRules rules) {
        this(rules, _ -> HostShare.ALL);
    }

    /// @param shares what the VM of a name takes of the host, asked when it joins
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
        // Nobody would give back what a VM got after it was gone.
        HostShare share = vms.get(ask.vm());
        if (share == null)
            throw new PermitException("the host's budget knows no VM called " + ask.vm());
        var wish = new BudgetRequest(ask.vm(), ask.id(), share.of(ask.wanted()), ask.urgent());
        Resources given = budget.answer(wish, new Moment(System.nanoTime()));
        Resources permit = share.within(given, ask.wanted());
        return new Permit(
                permit,
                false,
                permit.covers(ask.wanted())
                        ? Optional.empty()
                        : Optional.of(budget.shortage(ask.urgent())));
    }

    /// Other rules count from now on.
    public synchronized void change(BudgetRules rules) {
        budget.change(rules);
    }

    /// All that the VMs may take of the host together.
    public synchronized Resources permitted() {
        return budget.permitted();
    }

    @Override
    public void close() {}
}
