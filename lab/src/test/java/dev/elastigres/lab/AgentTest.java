package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.harness.MonitorStatus;
import dev.elastigres.lab.HaltingDriver.Halt;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// VMs that a real agent scales by their own needs, whoever is killed meanwhile.
@InLab
class AgentTest {
    private static final Bytes LEAST = AgentProgram.LEAST.memory();
    private static final Bytes UNIT = AgentProgram.UNIT.memory();
    private static final Bytes CAPACITY = Bytes.ofMebibytes(1536);

    @Test
    void theAgentIsKilledInTheMiddleOfSteps(LabVm vm, Golden golden) throws Exception {
        var pgbench = Pgbench.start(vm);
        HeldMemory held;
        try (var agent = AgentProcess.start(golden, CAPACITY, Halt.GROWTH_BEGUN)) {
            awaitSession(vm);
            held = needMore(vm);
            agent.awaitHalted();
        }
        assertThat(vm.mostNow().memory()).as("it was asked for").isGreaterThan(LEAST);

        try (var agent = AgentProcess.start(golden, CAPACITY, Halt.SHRINK_AGREED)) {
            awaitMemory("what was begun is done", vm, it -> it.compareTo(LEAST.plus(UNIT)) >= 0);
            Await.until(
                    "the monitor uses it",
                    vm::status,
                    it -> it.usageIsKnown() && it.averageUsage().isLessThan(it.threshold()));
            pgbench.awaitMore();
            held.release();
            agent.awaitHalted();
        }
        assertThat(vm.mostNow().memory()).as("as it was").isGreaterThan(LEAST);

        try (var _ = AgentProcess.start(golden, CAPACITY, Halt.NOWHERE)) {
            awaitMemory("it shrinks", vm, LEAST::equals);
            Await.until("the monitor knows", vm::status, it -> it.observed().compareTo(LEAST) <= 0);
        }
        pgbench.stop();
        assertThat(vm.trySh("dmesg | grep -i 'out of memory'").output()).isEmpty();
    }

    @Test
    void theMonitorIsKilled(LabVm vm, Golden golden) throws Exception {
        try (var _ = AgentProcess.start(golden, CAPACITY, Halt.NOWHERE)) {
            awaitSession(vm);
            var held = needMore(vm);
            awaitMemory("it grows", vm, it -> it.compareTo(LEAST.plus(UNIT)) >= 0);
            String before = vm.monitorProcess();
            vm.sh("kill -9 " + before);
            Await.until(
                    "another monitor",
                    vm::monitorProcess,
                    it -> !it.isEmpty() && !it.equals(before));
            awaitSession(vm);
            assertThat(vm.mostNow().memory()).as("it was needed still").isGreaterThan(LEAST);
            held.release();
            awaitMemory("it shrinks", vm, LEAST::equals);
        }
    }

    @Test
    void theVmIsKilledAndStartedAgain(LabVm vm, Golden golden) throws Exception {
        try (var _ = AgentProcess.start(golden, CAPACITY, Halt.NOWHERE)) {
            awaitSession(vm);
            needMore(vm);
            awaitMemory("it grows", vm, it -> it.compareTo(LEAST.plus(UNIT)) >= 0);
            vm.powerCycle();
            vm.awaitReady();
            awaitSession(vm);
            awaitMemory("it is small", vm, LEAST::equals);
            needMore(vm);
            awaitMemory("it grows again", vm, it -> it.compareTo(LEAST.plus(UNIT)) >= 0);
        }
    }

    @Test
    void twoCompeteForOneBudget(LabVm one, Golden golden) throws Exception {
        // For one of them to have a unit more than the least.
        Bytes capacity = LEAST.plus(LEAST).plus(UNIT);
        try (var other = golden.restore("other");
                var _ = AgentProcess.start(golden, capacity, Halt.NOWHERE)) {
            awaitSession(one);
            awaitSession(other);
            var need = needMore(one);
            var budget = new SharedBudget(one, other, capacity);
            budget.await("the first has all that is left", it -> it.one.equals(LEAST.plus(UNIT)));
            needMore(other);
            for (int look = 0; look < 20; look++)
                assertThat(budget.look().other).as("there is no room").isEqualTo(LEAST);
            need.release();
            budget.await("the other has it", it -> it.other.equals(LEAST.plus(UNIT)));
            assertThat(budget.look().one).isEqualTo(LEAST);
        }
    }

    /// Two VMs that never have more than there is, whenever one looks.
    private record SharedBudget(LabVm first, LabVm second, Bytes capacity) {
        record Seen(Bytes one, Bytes other) {}

        Seen look() throws Exception {
            Bytes before = first.mostNow().memory();
            Bytes other = second.mostNow().memory();
            // What the first gave up meanwhile, the second may have got.
            Bytes one = before.min(first.mostNow().memory());
            assertThat(one.plus(other)).isLessThanOrEqualTo(capacity);
            return new Seen(one, other);
        }

        void await(String what, Predicate<Seen> holds) throws Exception {
            Await.until(what, this::look, holds);
        }
    }

    /// Takes as much as the monitor does not leave alone.
    private static HeldMemory needMore(LabVm vm) throws Exception {
        MonitorStatus status = vm.status();
        return HeldMemory.hold(vm, status.threshold().minus(status.lastUsage()));
    }

    private static void awaitSession(LabVm vm) throws Exception {
        Await.until("the agent's session", vm::status, MonitorStatus::hasSession);
    }

    /// Never more than the host has, and at last what is to be.
    private static void awaitMemory(String what, LabVm vm, Predicate<Bytes> holds)
            throws Exception {
        Await.until(
                what,
                () -> {
                    Resources most = vm.mostNow();
                    assertThat(most.memory()).isLessThanOrEqualTo(CAPACITY);
                    return most.memory();
                },
                holds);
    }
}
