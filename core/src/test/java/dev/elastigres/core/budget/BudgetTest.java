package dev.elastigres.core.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BudgetTest {
    private static final Resources UNIT = ComputeUnit.DEFAULT.times(1);

    private long id;
    private Moment now = new Moment(0);

    @Test
    void grantsAvailableAmountInWholeSteps() {
        Budget budget = budget(4, 0);
        assertThat(ask(budget, "a", 3, false)).isEqualTo(size(3));
        assertThat(ask(budget, "b", 3, false)).isEqualTo(size(1));
        assertThat(budget.permitted()).isEqualTo(size(4));
        // Each resource is released separately.
        var cpusOnly = new Resources(0.25, size(3).memory());
        assertThat(budget.answer(new BudgetRequest("a", ++id, cpusOnly, false), now))
                .isEqualTo(cpusOnly);
        assertThat(ask(budget, "b", 2, false)).isEqualTo(new Resources(0.5, size(1).memory()));
    }

    @Test
    void headroomIsForUrgentAsks() {
        Budget budget = budget(4, 1);
        assertThat(ask(budget, "a", 4, false)).isEqualTo(size(3));
        assertThat(ask(budget, "a", 4, true)).isEqualTo(size(4));
    }

    /// A tenth of two CPUs is less than a grain: as headroom it could never be permitted, and would
    /// make the second CPU unusable.
    @Test
    void headroomAndStepsFitTheGrain() {
        var host = new Resources(2, Bytes.ofMebibytes(6870));
        var grain = new Resources(1, Bytes.ofMebibytes(8));
        BudgetRules rules = BudgetRules.of(host, 0.1, 0.5, ComputeUnit.DEFAULT.times(1), grain);
        assertThat(rules.headroom()).isEqualTo(new Resources(0, Bytes.ofMebibytes(680)));
        assertThat(rules.step()).isEqualTo(new Resources(1, Bytes.ofGibibytes(1)));
        var budget = new Budget(rules);
        budget.join("demo", new Resources(1, Bytes.ofMebibytes(512)));
        var wanted = new Resources(2, Bytes.ofGibibytes(4));
        assertThat(budget.answer(new BudgetRequest("demo", 1, wanted, false), now))
                .isEqualTo(wanted);
        // A finer grain allows a finer headroom.
        var fine = new Resources(0.01, Bytes.ofMebibytes(1));
        assertThat(BudgetRules.of(host, 0.1, 0.5, ComputeUnit.DEFAULT.times(1), fine).headroom())
                .isEqualTo(new Resources(0.2, Bytes.ofMebibytes(687)));
        assertThat(BudgetRules.of(host, 0.1, 0.5, ComputeUnit.DEFAULT.times(1), fine).step())
                .isEqualTo(ComputeUnit.DEFAULT.times(1));
    }

    @Test
    void aShortageNamesTheBudgetAndTheHeadroom() {
        Budget budget = budget(4, 1);
        ask(budget, "a", 3, false);
        assertThat(budget.shortage("a", false))
                .isEqualTo(
                        "the budget of 1 CPU and 4GiB has 0.25 CPUs and 1GiB left, of which the"
                                + " headroom for urgent requests keeps 0.25 CPUs and 1GiB");
        assertThat(budget.shortage("a", true))
                .isEqualTo("the budget of 1 CPU and 4GiB has 0.25 CPUs and 1GiB left");
    }

    @Test
    void prefersVmBelowItsFairShare() {
        Budget budget = budget(8, 0);
        budget.join("a", size(5));
        budget.join("b", size(3));
        assertThat(ask(budget, "b", 4, false)).isEqualTo(size(3));
        ask(budget, "a", 4, false);
        // One unit is free now, and b waits for it.
        assertThat(ask(budget, "a", 5, false)).isEqualTo(size(4));
        assertThat(ask(budget, "b", 4, false)).isEqualTo(size(4));
    }

    @Test
    void expiredRequestDoesNotBlockOthers() {
        Budget budget = budget(8, 0);
        budget.join("a", size(5));
        budget.join("b", size(3));
        ask(budget, "b", 4, false);
        ask(budget, "a", 4, false);
        now = now.plus(BudgetRules.WISH_COUNTS);
        assertThat(ask(budget, "a", 5, false)).isEqualTo(size(5));
    }

    @Test
    void ignoresOutdatedRequest() {
        Budget budget = budget(4, 0);
        long early = ++id;
        ask(budget, "a", 3, false);
        assertThat(budget.answer(new BudgetRequest("a", early, size(1), false), now))
                .isEqualTo(size(3));
        assertThat(budget.permit("a")).isEqualTo(size(3));
    }

    @Test
    void keepsExistingSizesAboveCapacity() {
        Budget budget = budget(2, 0);
        budget.join("a", size(3));
        assertThat(budget.free()).isEqualTo(Resources.ZERO);
        assertThat(ask(budget, "a", 4, true)).isEqualTo(size(3));
        assertThat(ask(budget, "a", 1, false)).isEqualTo(size(1));
        budget.leave("a");
        assertThat(budget.free()).isEqualTo(size(2));
    }

    @Test
    void isNeverOvercommitted() {
        for (long seed = 0; seed < 50; seed++) {
            var random = new Random(seed);
            Budget budget = budget(20, random.nextInt(3));
            for (int i = 0; i < 400; i++) {
                String vm = "vm" + random.nextInt(7);
                now = now.plus(Duration.ofMillis(random.nextInt(5_000)));
                Resources before = budget.permit(vm);
                var wanted =
                        new Resources(random.nextInt(40) * 0.25, size(random.nextInt(12)).memory());
                Resources given =
                        budget.answer(
                                new BudgetRequest(vm, ++id, wanted, random.nextBoolean()), now);
                assertThat(wanted.covers(given)).as("seed " + seed).isTrue();
                assertThat(given.covers(before.min(wanted))).as("seed " + seed).isTrue();
                assertThat(size(20).covers(budget.permitted())).as("seed " + seed).isTrue();
                if (random.nextInt(50) == 0) budget.leave("vm" + random.nextInt(7));
            }
        }
    }

    @Test
    void reducedCapacityRevokesNoPermits() {
        Budget budget = budget(10, 0);
        assertThat(ask(budget, "a", 6, false)).isEqualTo(size(6));
        budget.change(rules(4, 0));
        assertThat(budget.permit("a")).isEqualTo(size(6));
        assertThat(ask(budget, "b", 1, true)).isEqualTo(Resources.ZERO);
        assertThat(ask(budget, "a", 2, false)).isEqualTo(size(2));
        budget.change(rules(20, 0));
        assertThat(ask(budget, "a", 9, false)).isEqualTo(size(9));
    }

    /// Three of eight VMs wake at once and would take everything. The others find room later.
    @Test
    void aStormOfWakesLeavesRoomForTheOthers() {
        Budget budget = limited(32, 4);
        for (int i = 0; i < 8; i++) budget.join("vm" + i, size(1));
        assertThat(ask(budget, "vm0", 20, false)).isEqualTo(size(8));
        assertThat(budget.shortage("vm0", false))
                .isEqualTo(
                        "all VMs together grow beyond their fair shares by no more than 1 CPU and"
                                + " 4GiB in 10 s");
        // The fair share of 4 units is not limited.
        assertThat(ask(budget, "vm1", 20, false)).isEqualTo(size(4));
        assertThat(ask(budget, "vm2", 20, false)).isEqualTo(size(4));
        now = now.plus(Duration.ofMillis(2_500));
        assertThat(ask(budget, "vm1", 20, false)).isEqualTo(size(5));
        assertThat(ask(budget, "vm7", 4, false)).isEqualTo(size(4));
        // Whoever is short of memory now does not wait.
        assertThat(ask(budget, "vm2", 8, true)).isEqualTo(size(8));
    }

    @Test
    void aVmAloneGrowsAtOnce() {
        Budget budget = limited(32, 1);
        budget.join("a", size(1));
        assertThat(ask(budget, "a", 32, false)).isEqualTo(size(32));
    }

    @Test
    void growthIsNotLimitedByWhatTheBudgetLacks() {
        Budget budget = limited(4, 2);
        budget.join("a", size(1));
        budget.join("b", size(2));
        ask(budget, "a", 4, false);
        assertThat(budget.shortage("a", false)).startsWith("the budget of 1 CPU and 4GiB has 0");
    }

    private static Budget limited(int units, int growth) {
        return new Budget(
                new BudgetRules(
                        size(units), Resources.ZERO, UNIT, BudgetRules.WISH_COUNTS, size(growth)));
    }

    private static Budget budget(int units, int headroom) {
        return new Budget(rules(units, headroom));
    }

    private static BudgetRules rules(int units, int headroom) {
        return new BudgetRules(size(units), size(headroom), UNIT, BudgetRules.WISH_COUNTS);
    }

    private Resources ask(Budget budget, String vm, int units, boolean urgent) {
        return budget.answer(new BudgetRequest(vm, ++id, size(units), urgent), now);
    }

    private static Resources size(int units) {
        return ComputeUnit.DEFAULT.times(units);
    }
}
