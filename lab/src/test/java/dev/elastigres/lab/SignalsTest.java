package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import org.junit.jupiter.api.Test;

/// Tests the kernel events that the monitor receives.
@InLab
class SignalsTest {

    @Test
    void aKillIsCountedAndAskedFor(LabVm vm) throws Exception {
        try (var agent = vm.connectAgent()) {
            agent.announce(Bytes.ofMebibytes(512));
            awaitListening(vm);
            assertThat(vm.status().oomKills()).isZero();
            // A limit of its own kills it, while most of the VM's memory is free. Swap would save
            // it.
            vm.sh(
                    """
                    cd /sys/fs/cgroup/neon-postgres
                    used=$(cat memory.current)
                    echo 0 > memory.swap.max
                    echo $((used + 50000000)) > memory.max
                    (
                        echo 0 > cgroup.procs
                        echo 1000 > /proc/self/oom_score_adj
                        exec perl -e 'my $memory = "x" x 200000000; sleep 60'
                    ) || true
                    echo max > memory.max
                    echo max > memory.swap.max
                    """);
            agent.awaitUpscaleRequest();
            var status = LabAwait.until("the kill is counted", vm::status, it -> it.oomKills() > 0);
            assertThat(status.oomKills()).isPositive();
            vm.awaitReady();
        }
    }

    @Test
    void theTriggerIsAccepted(LabVm vm) throws Exception {
        awaitListening(vm);
        assertThat(vm.recentLogs()).doesNotContain("memory pressure is not available");
    }

    /// The thread that receives kernel events starts some seconds after the monitor.
    private static void awaitListening(LabVm vm) throws Exception {
        LabAwait.until(
                "the monitor listens to the kernel",
                () -> vm.sh("ls -l /proc/$(pgrep -o -f runtime/bin/java)/fd"),
                files -> files.contains("memory.events"));
    }
}
