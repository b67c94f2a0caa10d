package dev.elastigres.agent.permits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Resources;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class HostBudgetTest {
    private static final int CAPACITY = 8;

    private final HostBudget budget = budget(1);

    @Test
    void countsSizesOfDiscoveredVms() throws Exception {
        budget.join("a", size(5));
        budget.join("b", size(1));
        assertThat(budget.permitted()).isEqualTo(size(6));
        assertThat(ask("b", 1, 4, false)).isEqualTo(size(2));
        assertThat(ask("b", 2, 4, true)).isEqualTo(size(3));
        assertThat(budget.permitted()).isEqualTo(size(CAPACITY));
    }

    @Test
    void grantsReturnedCapacityToOthers() throws Exception {
        budget.join("a", size(7));
        budget.join("b", size(1));
        assertThat(ask("b", 1, 2, true)).isEqualTo(size(1));
        assertThat(ask("a", 1, 3, false)).isEqualTo(size(3));
        assertThat(ask("b", 2, 2, false)).isEqualTo(size(2));
        budget.leave("a");
        assertThat(budget.permitted()).isEqualTo(size(2));
    }

    @Test
    void partialHostShareUsesLessBudget() throws Exception {
        var halves =
                new HostBudget(
                        budgetRules(0),
                        vm -> vm.equals("half") ? new HostShare(0.5, 0.5) : HostShare.NONE);
        halves.join("half", size(4));
        halves.join("none", size(64));
        assertThat(halves.permitted()).isEqualTo(size(2));
        assertThat(halves.ask(permitAsk("half", 1, 12, false)).size()).isEqualTo(size(12));
        assertThat(halves.permitted()).isEqualTo(size(6));
        assertThat(halves.ask(permitAsk("none", 1, 99, false)).size()).isEqualTo(size(99));
        assertThat(halves.ask(permitAsk("half", 2, 17, false)).size()).isEqualTo(size(16));
        assertThat(halves.permitted()).isEqualTo(size(CAPACITY));
        // Shares that do not divide evenly are granted in full nevertheless.
        var third = new HostBudget(budgetRules(0), _ -> new HostShare(1 / 3.0, 1 / 3.0));
        third.join("a", size(1));
        assertThat(third.ask(permitAsk("a", 1, 7, false)).size()).isEqualTo(size(7));
    }

    @Test
    void departedVmGetsNoPermit() throws Exception {
        budget.join("a", size(1));
        budget.leave("a");
        assertThatThrownBy(() -> ask("a", 1, 2, false))
                .isInstanceOf(PermitException.class)
                .hasMessage("the host's budget has no VM called a");
        assertThat(budget.permitted()).isEqualTo(Resources.ZERO);
        // A restarted VM, whose ids begin again.
        budget.join("a", size(1));
        assertThat(ask("a", 1, 2, false)).isEqualTo(size(2));
    }

    @Test
    void manyAtATimeNeverGetMoreThanThereIs() throws Exception {
        try (HostBudget all = budget(0);
                var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            var asks = new ArrayList<Callable<Resources>>();
            for (int vm = 0; vm < 2 * CAPACITY; vm++) {
                String name = "vm" + vm;
                all.join(name, Resources.ZERO);
                asks.add(() -> all.ask(permitAsk(name, 1, 1, false)).size());
            }
            Resources sum = Resources.ZERO;
            for (var given : callers.invokeAll(asks)) sum = sum.plus(given.get());
            assertThat(sum).isEqualTo(size(CAPACITY)).isEqualTo(all.permitted());
        }
    }

    private Resources ask(String vm, long id, int wanted, boolean urgent) throws PermitException {
        Permit permit = budget.ask(permitAsk(vm, id, wanted, urgent));
        assertThat(permit.moves()).isFalse();
        return permit.size();
    }

    private static PermitRequest permitAsk(String vm, long id, int wanted, boolean urgent) {
        return new PermitRequest(
                vm,
                id,
                ComputeUnit.DEFAULT,
                size(1),
                size(wanted),
                size(1),
                urgent,
                Optional.empty());
    }

    private static HostBudget budget(int headroom) {
        return new HostBudget(budgetRules(headroom));
    }

    private static BudgetRules budgetRules(int headroom) {
        return new BudgetRules(size(CAPACITY), size(headroom), size(1), BudgetRules.WISH_COUNTS);
    }

    private static Resources size(int units) {
        return ComputeUnit.DEFAULT.times(units);
    }

    @Test
    void reducedPermitNamesTheShortage() throws Exception {
        HostBudget budget = budget(2);
        budget.join("a", size(1));
        Permit less = budget.ask(permitAsk("a", 1, CAPACITY, false));
        assertThat(less.size()).isEqualTo(size(CAPACITY - 2));
        assertThat(less.shortage().orElseThrow()).contains("the budget of", "headroom");
        assertThat(budget.ask(permitAsk("a", 2, 2, false)).shortage()).isEmpty();
    }
}
