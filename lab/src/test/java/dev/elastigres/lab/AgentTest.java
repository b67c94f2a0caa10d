package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.harness.MonitorStatus;
import dev.elastigres.lab.HaltingDriver.HaltPoint;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Tests VMs that a real agent scales by their needs, while processes are killed.
@InLab
class AgentTest {
    private static final Bytes MIN = LabAgentProgram.MIN.memory();
    private static final Bytes UNIT = LabAgentProgram.UNIT.memory();
    private static final Bytes CAPACITY = Bytes.ofMebibytes(1536);

    @Test
    void theAgentIsKilledInTheMiddleOfSteps(LabVm vm, GoldenSnapshot golden) throws Exception {
        var pgbench = GuestPgbench.start(vm);
        GuestMemoryHolder held;
        try (var agent = LabAgentProcess.start(golden, CAPACITY, HaltPoint.GROWTH_BEGUN)) {
            awaitSession(vm);
            held = needMore(vm);
            agent.awaitHalted();
        }
        assertThat(vm.maxNow().memory()).as("it was asked for").isGreaterThan(MIN);

        try (var agent = LabAgentProcess.start(golden, CAPACITY, HaltPoint.SHRINK_AGREED)) {
            awaitMemory("what was begun is done", vm, it -> it.compareTo(MIN.plus(UNIT)) >= 0);
            LabAwait.until(
                    "the monitor uses it",
                    vm::status,
                    it -> it.usageIsKnown() && it.averageUsage().isLessThan(it.threshold()));
            pgbench.awaitMore();
            held.release();
            agent.awaitHalted();
        }
        assertThat(vm.maxNow().memory()).as("as it was").isGreaterThan(MIN);

        try (var _ = LabAgentProcess.start(golden, CAPACITY, HaltPoint.NONE)) {
            awaitMemory("it shrinks", vm, MIN::equals);
            LabAwait.until(
                    "the monitor knows", vm::status, it -> it.observed().compareTo(MIN) <= 0);
        }
        pgbench.stop();
        assertThat(vm.trySh("dmesg | grep -i 'out of memory'").output()).isEmpty();
    }

    @Test
    void theMonitorIsKilled(LabVm vm, GoldenSnapshot golden) throws Exception {
        try (var _ = LabAgentProcess.start(golden, CAPACITY, HaltPoint.NONE)) {
            awaitSession(vm);
            var held = needMore(vm);
            awaitMemory("it grows", vm, it -> it.compareTo(MIN.plus(UNIT)) >= 0);
            String before = vm.monitorProcess();
            vm.sh("kill -9 " + before);
            LabAwait.until(
                    "another monitor",
                    vm::monitorProcess,
                    it -> !it.isEmpty() && !it.equals(before));
            awaitSession(vm);
            assertThat(vm.maxNow().memory()).as("it was needed still").isGreaterThan(MIN);
            held.release();
            awaitMemory("it shrinks", vm, MIN::equals);
        }
    }

    @Test
    void theVmIsKilledAndStartedAgain(LabVm vm, GoldenSnapshot golden) throws Exception {
        try (var _ = LabAgentProcess.start(golden, CAPACITY, HaltPoint.NONE)) {
            awaitSession(vm);
            needMore(vm);
            awaitMemory("it grows", vm, it -> it.compareTo(MIN.plus(UNIT)) >= 0);
            vm.powerCycle();
            vm.awaitReady();
            awaitSession(vm);
            awaitMemory("it is small", vm, MIN::equals);
            needMore(vm);
            awaitMemory("it grows again", vm, it -> it.compareTo(MIN.plus(UNIT)) >= 0);
        }
    }

    @Test
    void twoCompeteForOneBudget(LabVm one, GoldenSnapshot golden) throws Exception {
        // Room for one of the VMs to have a unit more than the minimum.
        Bytes capacity = MIN.plus(MIN).plus(UNIT);
        try (var other = golden.restore("other");
                var _ = LabAgentProcess.start(golden, capacity, HaltPoint.NONE)) {
            awaitSession(one);
            awaitSession(other);
            var need = needMore(one);
            var budget = new BudgetInvariant(one, other, capacity);
            budget.await("the first has all that is left", it -> it.one.equals(MIN.plus(UNIT)));
            needMore(other);
            for (int look = 0; look < 20; look++)
                assertThat(budget.look().other).as("there is no room").isEqualTo(MIN);
            need.release();
            budget.await("the other has it", it -> it.other.equals(MIN.plus(UNIT)));
            assertThat(budget.look().one).isEqualTo(MIN);
        }
    }

    /// Checks at each poll that two VMs together never have more than the capacity.
    private record BudgetInvariant(LabVm first, LabVm second, Bytes capacity) {
        record BudgetReading(Bytes one, Bytes other) {}

        BudgetReading look() throws Exception {
            Bytes before = first.maxNow().memory();
            Bytes other = second.maxNow().memory();
            // The second VM may have received memory that the first one gave up meanwhile.
            Bytes one = before.min(first.maxNow().memory());
            assertThat(one.plus(other)).isLessThanOrEqualTo(capacity);
            return new BudgetReading(one, other);
        }

        void await(String what, Predicate<BudgetReading> holds) throws Exception {
            LabAwait.until(what, this::look, holds);
        }
    }

    /// Holds memory up to the monitor's threshold, which the monitor must react to.
    private static GuestMemoryHolder needMore(LabVm vm) throws Exception {
        MonitorStatus status = vm.status();
        return GuestMemoryHolder.hold(vm, status.threshold().minus(status.lastUsage()));
    }

    private static void awaitSession(LabVm vm) throws Exception {
        LabAwait.until("the agent's session", vm::status, MonitorStatus::hasSession);
    }

    /// Waits for an amount of memory. The VM must never have more than the host's capacity
    /// meanwhile.
    private static void awaitMemory(String what, LabVm vm, Predicate<Bytes> holds)
            throws Exception {
        LabAwait.until(
                what,
                () -> {
                    Resources max = vm.maxNow();
                    assertThat(max.memory()).isLessThanOrEqualTo(CAPACITY);
                    return max.memory();
                },
                holds);
    }
}
