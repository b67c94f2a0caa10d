package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.MemoryRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.harness.MonitorStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Tests the monitor with a real cgroup v2 and a real MemTotal.
@InLab
class CgroupTest {
    private static final Bytes HELD = Bytes.ofMebibytes(120);
    private static final Bytes TARGET = Bytes.ofMebibytes(1024);
    private static final int LOOKS = 200;

    @Test
    void usageIsFollowedWithinOneSample(LabVm vm) throws Exception {
        Bytes before = vm.status().lastUsage();
        var held = GuestMemoryHolder.hold(vm, HELD);
        MonitorStatus first = sampledFromNowOn(vm);
        assertThat(first.lastUsage())
                .isBetween(before.plus(HELD.times(0.9)), before.plus(HELD.times(1.5)));
        LabAwait.until(
                "the average follows",
                vm::status,
                status -> before.plus(HELD.times(0.9)).isLessThan(status.averageUsage()));

        held.release();
        LabAwait.until(
                "the usage falls again",
                vm::status,
                status -> status.averageUsage().isLessThan(before.plus(HELD.times(0.2))));
    }

    /// Returns the first status whose last sample was certainly taken after this call.
    private static MonitorStatus sampledFromNowOn(LabVm vm) throws Exception {
        long begin = System.nanoTime();
        while (true) {
            long asked = System.nanoTime();
            MonitorStatus status = vm.status();
            // The monitor wrote the status after the request, so its sample is not older than
            // this.
            if (status.age().compareTo(Duration.ofNanos(asked - begin)) < 0) return status;
            assertThat(Duration.ofNanos(asked - begin)).isLessThan(Duration.ofSeconds(30));
        }
    }

    @Test
    void aCgroupRemovedAndMadeAgain(LabVm vm) throws Exception {
        vm.resize("1536M");
        try (var agent = vm.connectAgent()) {
            agent.announce(Bytes.ofMebibytes(1536));
            vm.sh(
                    """
                    cd /sys/fs/cgroup
                    until rmdir neon-postgres 2> /dev/null; do
                        for process in $(cat neon-postgres/cgroup.procs); do
                            echo $process >> /run/moved
                            echo $process > cgroup.procs
                        done
                    done
                    """);
            LabAwait.until("usage is unknown", vm::status, status -> !status.usageIsKnown());
            assertThat(vm.status().isReady()).isFalse();
            var refused = agent.mayShrinkTo(TARGET);
            assertThat(refused.ok()).isFalse();
            assertThat(refused.status()).contains("memory usage is unknown", "neon-postgres");

            vm.sh(
                    """
                    mkdir /sys/fs/cgroup/neon-postgres
                    for process in $(cat /run/moved); do
                        echo $process > /sys/fs/cgroup/neon-postgres/cgroup.procs
                    done 2> /dev/null
                    true
                    """);
            Bytes before = vm.awaitReady().lastUsage();
            GuestMemoryHolder.hold(vm, HELD);
            LabAwait.until(
                    "the new cgroup's usage is seen",
                    vm::status,
                    status -> before.plus(HELD.times(0.9)).isLessThan(status.averageUsage()));
            agent.awaitAgreementToShrinkTo(TARGET);
        }
    }

    @Test
    void everySampleIsGoodDuringHeavyChurn(LabVm vm) throws Exception {
        var pgbench = GuestPgbench.start(vm);
        // Short-lived processes allocate memory of their own, while another process allocates and
        // releases memory.
        vm.sh(
                """
                (
                    echo 0 > /sys/fs/cgroup/neon-postgres/cgroup.procs
                    exec setsid perl -e '
                        my $size = 40 << 20;
                        while (1) {
                            my $memory = "x" x $size;
                            undef $memory;
                            for (1 .. 4) { fork or exec "true" }
                            1 while wait > 0;
                        }
                    '
                ) > /dev/null 2>&1 < /dev/null &
                echo $! > /run/churn
                """);
        Bytes max = vm.memoryTotal().plus(Bytes.ofMebibytes(512));
        Bytes min = Bytes.MAX;
        Bytes largest = Bytes.ZERO;
        for (int look = 0; look < LOOKS; look++) {
            MonitorStatus status = vm.status();
            assertThat(status.usageIsKnown()).as("%s", status).isTrue();
            assertThat(status.lastUsage()).isBetween(Bytes.ofMebibytes(1), max);
            min = min.min(status.lastUsage());
            largest = largest.max(status.lastUsage());
        }
        assertThat(largest.minus(min)).as("it was churn").isGreaterThan(Bytes.ofMebibytes(20));
        vm.sh("kill -9 $(cat /run/churn)");
        pgbench.stop();
    }

    @Test
    void thresholdFollowsPluggedMemory(LabVm vm) throws Exception {
        Bytes small = vm.memoryTotal();
        follows(vm, small);
        vm.resize("1536M");
        Bytes large = vm.memoryTotal();
        assertThat(large.minus(small)).isGreaterThan(Bytes.ofMebibytes(900));
        follows(vm, large);
        vm.resize("768M");
        Bytes middle = vm.memoryTotal();
        assertThat(middle).isLessThan(large.minus(Bytes.ofMebibytes(700)));
        follows(vm, middle);
    }

    private static void follows(LabVm vm, Bytes total) throws Exception {
        Bytes threshold = MemoryRules.DEFAULT.threshold(total);
        var status =
                LabAwait.until(
                        "the threshold of " + total,
                        vm::status,
                        it -> it.threshold().equals(threshold));
        assertThat(status.observed()).isEqualTo(total);
    }
}
