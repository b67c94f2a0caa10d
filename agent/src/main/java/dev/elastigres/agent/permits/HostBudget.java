package dev.elastigres.agent.permits;

import dev.elastigres.core.budget.Ask;
import dev.elastigres.core.budget.Budget;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.HashSet;
import java.util.Set;

/// Permits without a scheduler: what this host has, handed out by [Budget].
///
/// It is the budget's only owner, and takes one caller at a time; nothing in it waits.
public final class HostBudget implements Permits {
    private final Budget budget;
    private final Set<String> vms = new HashSet<>();

    public HostBudget(BudgetRules rules) {
        budget = new Budget(rules);
    }

    @Override
    public synchronized void join(String vm, Resources has) {
        vms.add(vm);
        budget.join(vm, has);
    }

    @Override
    public synchronized void leave(String vm) {
        vms.remove(vm);
        budget.leave(vm);
    }

    @Override
    public synchronized Permit ask(PermitAsk ask) throws PermitException {
        // Nobody would give back what a VM got after it was gone.
        if (!vms.contains(ask.vm()))
            throw new PermitException("the host's budget knows no VM called " + ask.vm());
        var wish = new Ask(ask.vm(), ask.id(), ask.wanted(), ask.urgent());
        return new Permit(budget.answer(wish, new Moment(System.nanoTime())), false);
    }

    /// Other rules count from now on.
    public synchronized void change(BudgetRules rules) {
        budget.change(rules);
    }

    /// All that the VMs may have together.
    public synchronized Resources permitted() {
        return budget.permitted();
    }

    @Override
    public void close() {}
}
