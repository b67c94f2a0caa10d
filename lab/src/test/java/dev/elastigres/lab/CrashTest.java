package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.harness.MonitorStatus;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// Tests that Postgres, the monitor or the whole guest ends and comes back.
@InLab
class CrashTest {
    private static final Duration BACK_WITHIN = Duration.ofSeconds(2);

    /// Prints hundredths of a second.
    private static final String KILL_AND_WAIT =
            """
            exec perl -MIO::Socket::INET -e '
                sub now { open(my $file, "<", "/proc/uptime"); <$file> =~ /^(\\d+)\\.(\\d\\d)/; "$1$2" }
                my $killed = now();
                kill "KILL", MONITOR;
                while (now() - $killed < 6000) {
                    my $peer = IO::Socket::INET->new("127.0.0.1:10301");
                    if ($peer) {
                        print $peer "GET /healthz HTTP/1.1\\r\\nHost: 127.0.0.1\\r\\n\\r\\n";
                        if ((<$peer> // "") =~ / 200 /) { print now() - $killed; exit }
                    }
                    select(undef, undef, undef, 0.02);
                }
                exit 1;
            '
            """;

    /// Starts a second monitor on other ports, and kills it when it serves.
    private static final String START_ANOTHER =
            """
            elastigres-monitor --addr 127.0.0.1:10390 --cgroup neon-postgres \
                --metrics.host-addr off --metrics.cache-addr off > /dev/null 2>&1 &
            until wget -q -O /dev/null http://127.0.0.1:10390/healthz; do sleep 0.1; done
            kill -9 $!
            """;

    @Test
    void postgresIsKilledAndStartedAgain(LabVm vm) throws Exception {
        String before = vm.postmaster();
        try (var agent = vm.connectAgent()) {
            agent.announce(Bytes.ofMebibytes(512));
            Bytes cache =
                    LabAwait.until(
                                    "the cache has its part of the memory",
                                    vm::status,
                                    CrashTest::hasItsCache)
                            .cache();
            vm.sh("kill -9 " + before);
            LabAwait.until(
                    "another Postgres answers",
                    () ->
                            vm.trySh(
                                    "pg_isready --quiet && head -n 1 $(find /var/lib/postgresql -name postmaster.pid)"),
                    it -> it.exitCode() == 0 && !it.output().strip().equals(before));
            MonitorStatus after = vm.awaitReady();
            assertThat(after.hasSession()).as("the agent's session went on").isTrue();
            agent.checkHealth();
            agent.announce(Bytes.ofMebibytes(512));
            assertThat(after.cache()).isEqualTo(cache);
            Bytes usage = after.lastUsage();
            GuestMemoryHolder.hold(vm, Bytes.ofMebibytes(64));
            LabAwait.until(
                    "the cgroup is watched on",
                    vm::status,
                    it -> usage.plus(Bytes.ofMebibytes(50)).isLessThan(it.lastUsage()));
        }
    }

    @Test
    void theMonitorIsKilledAndServesAgain(LabVm vm) throws Exception {
        String postmaster = vm.postmaster();
        // An unrestored VM has started a monitor before. An emulator caches translated code, and
        // this one has translated little yet.
        vm.sh(START_ANOTHER);
        assertThat(killMonitor(vm)).isLessThanOrEqualTo(BACK_WITHIN);
        vm.awaitReady();
        assertThat(vm.postmaster()).isEqualTo(postmaster);
    }

    /// Kills the monitor and returns how long its port is unserved, by the guest's clock. Then
    /// checks that an agent has a session again, with a monitor in a new process.
    private static Duration killMonitor(LabVm vm) throws Exception {
        String before = vm.monitorProcess();
        String ticks = vm.sh(KILL_AND_WAIT.replace("MONITOR", before));
        try (var agent = LabAwait.until("a session", vm::connectAgent, _ -> true)) {
            agent.checkHealth();
        }
        assertThat(vm.monitorProcess()).isNotEmpty().isNotEqualTo(before);
        return Duration.ofMillis(Long.parseLong(ticks) * 10);
    }

    @Test
    void theGuestLosesItsPower(LabVm vm) throws Exception {
        vm.sql("create table kept as select 42 as answer");
        var _ = GuestPgbench.start(vm);
        vm.powerCycle();
        assertThat(vm.sql("select answer from kept")).isEqualTo("42");
        vm.awaitReady();
        try (var agent = vm.connectAgent()) {
            agent.announce(Bytes.ofMebibytes(512));
        }
        assertThat(vm.status().observed()).isEqualTo(vm.memoryTotal());
    }

    private static boolean hasItsCache(MonitorStatus status) {
        Bytes cache = status.cache();
        return status.fitted().times(0.74).isLessThan(cache)
                && cache.isLessThan(status.fitted().times(0.76));
    }
}
