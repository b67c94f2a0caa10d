package dev.elastigres.lab;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.vm.NewVmSpec;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.XdgFolders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Migrates a VM while pgbench and an agent are connected to it from outside, over taps and a
/// bridge.
final class TapMigrationProgram {
    private static final String NAME = "taps";
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration BACK_WITHIN = Duration.ofSeconds(5);
    private static final int MOVES = 3;

    private TapMigrationProgram() {}

    /// @param arguments a working folder
    public static void main(String[] arguments) throws Exception {
        var own = XdgFolders.from(System.getenv());
        var folders = new XdgFolders(Path.of(arguments[0], "t"), own.data(), own.cache());
        var machines = new VmManager(folders, line -> System.err.println("lab: " + line));
        var network =
                new Network.Tap(
                        NamespacedProgram.BRIDGE,
                        NamespacedProgram.GUEST + "/24",
                        Optional.empty());
        var spec =
                machines.create(
                        new NewVmSpec(
                                NAME,
                                new CpuRange(2, 2),
                                MemoryRange.parse("512M..1G"),
                                GoldenSnapshot.image(),
                                AcceleratorChoice.AUTO,
                                network));
        try (var vm = LabVm.at(NamespacedProgram.GUEST, machines, spec)) {
            machines.start(NAME, START);
            try {
                move(vm, Path.of(arguments[0]));
            } catch (Exception | AssertionError e) {
                System.err.println(vm.recentLogs());
                throw e;
            }
        }
    }

    private static void move(LabVm vm, Path folder) throws Exception {
        vm.resize("1G");
        vm.sh("pgbench --initialize --quiet --scale=1");
        vm.sql("alter role postgres password 'lab'");
        vm.awaitReady();
        String postmaster = vm.postmaster();
        String monitor = vm.monitorProcess();
        try (var pgbench = HostPgbench.start(vm, NamespacedProgram.GUEST, folder)) {
            LabAgent agent = vm.connectAgent();
            try {
                agent.announce(Bytes.ofGibibytes(1));
                for (int move = 1; move <= MOVES; move++) {
                    var moved = vm.migrate();
                    long arrived = System.nanoTime();
                    LabAgent back = agent.orAgain(vm);
                    back.checkHealth();
                    var away = Duration.ofNanos(System.nanoTime() - arrived);
                    System.err.printf(
                            "lab: moved in %d ms, down for %d ms; the session %s after %d ms%n",
                            moved.total().toMillis(),
                            moved.downtime().toMillis(),
                            back == agent ? "answered" : "was back",
                            away.toMillis());
                    assertThat(away).isLessThan(BACK_WITHIN);
                    if (back != agent) agent.close();
                    agent = back;
                    pgbench.awaitMore();
                }
            } finally {
                agent.close();
            }
            pgbench.stop();
        }
        assertThat(vm.postmaster()).isEqualTo(postmaster);
        assertThat(vm.monitorProcess()).isEqualTo(monitor);
    }
}
