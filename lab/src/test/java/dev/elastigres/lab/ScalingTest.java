package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.MemoryRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.harness.MonitorStatus;
import org.junit.jupiter.api.Test;

/// Tests that the VM grows and shrinks as the monitor and an agent agree.
@InLab
class ScalingTest {
    private static final Bytes SMALL = Bytes.ofMebibytes(512);
    private static final Bytes LARGE = Bytes.ofMebibytes(1536);

    @Test
    void growsByNeedAndTheCacheNeverRunsAhead(LabVm vm) throws Exception {
        var pgbench = GuestPgbench.start(vm);
        try (var agent = vm.connectAgent()) {
            agent.announce(SMALL);
            MonitorStatus before = vm.status();
            Bytes total = vm.memoryTotal();
            CacheTrace trace = CacheTrace.start(vm);

            GuestMemoryHolder.hold(vm, before.threshold().minus(before.lastUsage()));
            agent.awaitUpscaleRequest();
            agent.announce(LARGE);
            assertThat(vm.memoryTotal()).as("no memory came yet").isEqualTo(total);
            // Only the memory that the announcement freed from its own limit may be used.
            assertThat(vm.status().fitted()).isLessThanOrEqualTo(total);

            vm.resize("1536M");
            Bytes grown = vm.memoryTotal();
            assertThat(grown).isGreaterThan(total.plus(Bytes.ofMebibytes(900)));
            Bytes fit = MemoryRules.DEFAULT.usable(LARGE).min(grown);
            MonitorStatus after =
                    LabAwait.until(
                            "the cache has all of its part of what was announced",
                            vm::status,
                            it -> fit.times(0.74).isLessThan(it.cache()));
            assertThat(after.fitted()).isEqualTo(fit);
            assertThat(after.threshold()).isGreaterThan(before.threshold());
            agent.checkHealth();
            trace.stop(before.cache(), after.cache());
        }
        pgbench.stop();
    }

    @Test
    void shrinksOnlyWhenTheMemoryIsNotUsed(LabVm vm) throws Exception {
        vm.resize("1536M");
        var pgbench = GuestPgbench.start(vm);
        String postmaster = vm.postmaster();
        try (var agent = vm.connectAgent()) {
            agent.announce(LARGE);
            Bytes large = vm.memoryTotal();
            var held = GuestMemoryHolder.hold(vm, Bytes.ofMebibytes(600));
            LabAwait.until(
                    "the usage is seen",
                    vm::status,
                    it -> Bytes.ofMebibytes(600).isLessThan(it.averageUsage()));
            MonitorStatus before = vm.status();
            var refused = agent.mayShrinkTo(SMALL);
            assertThat(refused.ok()).isFalse();
            assertThat(refused.status()).contains("Postgres uses");
            assertThat(vm.status().cache()).as("left as it was").isEqualTo(before.cache());
            pgbench.awaitMore();

            held.release();
            LabAwait.until(
                    "the usage falls",
                    vm::status,
                    it -> it.averageUsage().isLessThan(Bytes.ofMebibytes(250)));
            agent.awaitAgreementToShrinkTo(SMALL);
            LabAwait.until(
                    "the cache has its part of the smaller size",
                    vm::status,
                    it -> it.cache().isLessThan(before.cache()));
            vm.resize("512M");
            assertThat(vm.memoryTotal()).isLessThan(large.minus(Bytes.ofMebibytes(900)));
            agent.checkHealth();
        }
        pgbench.awaitMore();
        pgbench.stop();
        assertThat(vm.postmaster()).isEqualTo(postmaster);
        assertThat(vm.trySh("dmesg | grep -i 'out of memory'").output()).isEmpty();
    }
}
