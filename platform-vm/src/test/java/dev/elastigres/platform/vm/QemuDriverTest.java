package dev.elastigres.platform.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.agent.driver.DiscoveredVm;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.DryRunDriver;
import dev.elastigres.agent.driver.VmEnd;
import dev.elastigres.agent.driver.VmOwnership;
import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.host.process.ProcessIdentity;
import dev.elastigres.vm.VmManager;
import dev.elastigres.vm.qemu.Accelerator;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.qemu.CpuScalingMode;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.FileLocks;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.VmFolder;
import dev.elastigres.vm.state.VmRun;
import dev.elastigres.vm.state.VmSpec;
import dev.elastigres.vm.state.VmStore;
import dev.elastigres.vm.state.XdgFolders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// On folders of VMs whose QEMU is this process: alive, but deaf.
class QemuDriverTest {
    private static final Duration WITHIN = Duration.ofSeconds(5);
    private static final Resources SMALL = new Resources(1, Bytes.ofMebibytes(512));
    private static final Resources LARGE = new Resources(2, Bytes.ofGibibytes(1));

    @TempDir Path folder;
    private VmStore store = new VmStore(Path.of("/nonexistent"), new FileLocks());
    private VmManager machines =
            new VmManager(
                    new XdgFolders(Path.of("/none"), Path.of("/none"), Path.of("/none")), _ -> {});
    private QemuDriver driver = new QemuDriver(machines);

    @BeforeEach
    void open() {
        var folders = new XdgFolders(folder, folder, folder);
        machines = new VmManager(folders, _ -> {});
        store = new VmStore(folders.vms(), machines.locks());
        driver = new QemuDriver(machines);
    }

    @Test
    void findsRunningVms() throws Exception {
        assertThat(driver.find()).isEmpty();
        create("stopped");
        VmFolder pg = create("pg");
        run(pg, 1, ProcessHandle.current().pid());
        assertThat(driver.find()).singleElement().extracting(DiscoveredVm::name).isEqualTo("pg");
    }

    @Test
    void ignoresVmWhoseQemuDied() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        VmFolder pg = create("pg");
        var qemu = new ProcessIdentity(ended.pid(), 1, ProcessIdentity.currentBootId());
        ended.waitFor();
        store.started(pg, run(1, qemu));
        assertThat(driver.find()).isEmpty();
    }

    @Test
    void restartedQemuIsADifferentInstance() throws Exception {
        VmFolder pg = create("pg");
        run(pg, 1, ProcessHandle.current().pid());
        DiscoveredVm first = driver.find().getFirst();
        run(pg, 2, ProcessHandle.current().pid());
        assertThat(driver.find().getFirst().life()).isNotEqualTo(first.life());
        assertThatThrownBy(() -> driver.look(first, WITHIN))
                .isInstanceOf(DriverException.Gone.class)
                .hasMessage("pg does not run any more");
        assertThatThrownBy(() -> driver.resize(first, SMALL, LARGE, WITHIN))
                .isInstanceOf(DriverException.Gone.class);
    }

    @Test
    void aDeafQemuFailsAndMayBeTriedAgain() throws Exception {
        run(create("pg"), 1, ProcessHandle.current().pid());
        DiscoveredVm vm = driver.find().getFirst();
        assertThatThrownBy(() -> driver.look(vm, WITHIN))
                .isInstanceOf(DriverException.Failed.class)
                .hasMessageContaining("cannot see the size of pg");
        assertThat(driver.resize(vm, SMALL, LARGE, WITHIN))
                .isInstanceOf(ResizeOutcome.Failed.class);
    }

    @Test
    void namesCommandThatHoldsTheVm() throws Exception {
        VmFolder pg = create("pg");
        run(pg, 1, ProcessHandle.current().pid());
        DiscoveredVm vm = driver.find().getFirst();
        try (var _ = store.lock(pg, "migrate")) {
            assertThat(driver.resize(vm, SMALL, LARGE, WITHIN))
                    .isEqualTo(
                            new ResizeOutcome.Failed(
                                    "pg is busy with `migrate`; try again when that is done"));
        }
    }

    @Test
    void rejectsSizeAboveVmMaximum() throws Exception {
        run(create("pg"), 1, ProcessHandle.current().pid());
        DiscoveredVm vm = driver.find().getFirst();
        var tooLarge = new Resources(9, Bytes.ofGibibytes(1));
        assertThat(driver.resize(vm, SMALL, tooLarge, WITHIN))
                .isEqualTo(new ResizeOutcome.Failed("pg can have 1..4 CPUs, not 9"));
    }

    @Test
    void secondAgentReportsWhichAgentScalesTheVm() throws Exception {
        run(create("db"), 1, ProcessHandle.current().pid());
        run(create("pg"), 1, ProcessHandle.current().pid());
        var first = new QemuDriver(machines, VmOwnership.of("process 1"));
        var second = new QemuDriver(machines, VmOwnership.of("process 2"));
        assertThat(first.find()).hasSize(2);
        assertThat(second.find()).isEmpty();
        assertThat(second.problems())
                .containsExactly("db, pg are scaled by another agent, process 1");
        assertThat(first.find()).hasSize(2);
        assertThat(first.problems()).isEmpty();
        // A dry run looks on beside it.
        assertThat(driver.find()).hasSize(2);
        first.close();
        assertThat(second.find()).hasSize(2);
        assertThat(second.problems()).isEmpty();
        // Who waits for one that is started anew gets it from nobody who has it.
        run(store.find("pg"), 2, ProcessHandle.current().pid());
        assertThat(second.find()).hasSize(2);
        second.close();
    }

    @Test
    void aVmThatStopsIsGivenUp() throws Exception {
        VmFolder pg = create("pg");
        run(pg, 1, ProcessHandle.current().pid());
        var agent = new QemuDriver(machines, VmOwnership.of("process 1"));
        assertThat(agent.find()).hasSize(1);
        store.ended(pg);
        assertThat(agent.find()).isEmpty();
        assertThat(machines.locks().tryLock(pg.agentLock(), "another")).isPresent();
        agent.close();
    }

    @Test
    void reportsDeadVmOnceItStaysDead() throws Exception {
        Process ended = new ProcessBuilder("true").start();
        ended.waitFor();
        VmFolder pg = create("pg");
        create("stopped");
        var qemu = new ProcessIdentity(ended.pid(), 1, ProcessIdentity.currentBootId());
        store.started(pg, run(1, qemu));
        var clock = new SettableClock();
        var agent = new QemuDriver(machines, VmOwnership.none(), clock);
        assertThat(agent.find()).isEmpty();
        assertThat(agent.ends()).isEmpty();
        clock.advance(Duration.ofSeconds(3));
        assertThat(agent.find()).isEmpty();
        assertThat(agent.ends()).containsOnlyKeys("pg");
        assertThat(agent.ends().values())
                .extracting(VmEnd::text)
                .containsExactly(
                        "died: its QEMU ended without an exit code; `elastigres vm start pg` starts it anew");
        assertThat(agent.names()).contains(Set.of("pg", "stopped"));
        // It was stopped in order after all, or is started again.
        store.ended(pg);
        assertThat(agent.find()).isEmpty();
        assertThat(agent.ends()).isEmpty();
    }

    private static final class SettableClock extends Clock {
        private Instant now = Instant.EPOCH;

        void advance(Duration by) {
            now = now.plus(by);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }

    @Test
    void aDryRunSeesAndChangesNothing() throws Exception {
        run(create("pg"), 1, ProcessHandle.current().pid());
        try (var dry = new DryRunDriver(driver)) {
            DiscoveredVm vm = dry.find().getFirst();
            assertThat(vm.endpoints().monitor()).isEqualTo(new Endpoint.Unused());
            assertThat(vm.endpoints().host()).isInstanceOf(Endpoint.Available.class);
            assertThat(dry.resize(vm, SMALL, LARGE, WITHIN))
                    .isEqualTo(new ResizeOutcome.Failed("a dry run changes nothing"));
        }
    }

    private VmFolder create(String name) throws Exception {
        var spec =
                new VmSpec(
                        name,
                        Path.of("/images/x.img"),
                        new CpuRange(1, 4),
                        MemoryRange.parse("512M..4G"),
                        AcceleratorChoice.AUTO,
                        Network.parse("tap:br0,10.9.0.2/24", List.of(), true));
        return store.create(spec, vm -> Files.writeString(vm.disk(), "disk"));
    }

    private void run(VmFolder vm, int incarnation, long pid) throws Exception {
        var qemu = ProcessIdentity.of(pid).orElseThrow();
        store.started(vm, run(incarnation, qemu));
        Files.createDirectories(vm.incarnation(incarnation).path());
    }

    private static VmRun run(int incarnation, ProcessIdentity qemu) {
        return new VmRun(
                incarnation, qemu, Accelerator.TCG, CpuScalingMode.IN_GUEST, Instant.now());
    }
}
