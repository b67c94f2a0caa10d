package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Tests live migration under load. With QEMU's user-mode network every connection from outside
/// ends with the source. So the transactions run inside the guest, and the agent reconnects.
@InLab
class MigrationTest {
    private static final Duration BACK_WITHIN = Duration.ofSeconds(5);

    @Test
    void migrationFailsNoTransactionAndReconnectsAgent(LabVm vm) throws Exception {
        vm.resize("1G");
        var pgbench = GuestPgbench.start(vm);
        String monitor = vm.monitorProcess();
        String postmaster = vm.postmaster();
        Bytes total = vm.memoryTotal();
        try (var agent = vm.connectAgent()) {
            agent.announce(Bytes.ofGibibytes(1));
            vm.migrate();
            long arrived = System.nanoTime();
            try (var back = agent.orAgain(vm)) {
                back.checkHealth();
                assertThat(Duration.ofNanos(System.nanoTime() - arrived)).isLessThan(BACK_WITHIN);
                back.announce(Bytes.ofGibibytes(1));
            }
        }
        pgbench.awaitMore();
        pgbench.stop();
        assertThat(vm.monitorProcess()).isEqualTo(monitor);
        assertThat(vm.postmaster()).isEqualTo(postmaster);
        assertThat(vm.memoryTotal()).isEqualTo(total);
        assertThat(vm.status().observed()).isEqualTo(total);
    }

    @Test
    void connectionsFromOutsideSurviveInANetworkOfTaps(GoldenSnapshot golden) throws Exception {
        NamespacedProgram.run(TapMigrationProgram.class, GoldenSnapshot.image(), golden.root());
    }
}
