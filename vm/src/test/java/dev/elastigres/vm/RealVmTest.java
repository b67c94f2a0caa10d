package dev.elastigres.vm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.host.file.FileTrees;
import dev.elastigres.host.process.ProcessIdentity;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.guest.GuestChannel;
import dev.elastigres.vm.guest.GuestException;
import dev.elastigres.vm.guest.GuestMemory;
import dev.elastigres.vm.image.DebianArchive;
import dev.elastigres.vm.image.ImageBuilder;
import dev.elastigres.vm.image.ImageRecipe;
import dev.elastigres.vm.image.PostgresRelease;
import dev.elastigres.vm.qemu.Accelerator;
import dev.elastigres.vm.qemu.AcceleratorChoice;
import dev.elastigres.vm.qemu.BootCpus;
import dev.elastigres.vm.qemu.CpuScalingMode;
import dev.elastigres.vm.qemu.CpuSlots;
import dev.elastigres.vm.qemu.Qemu;
import dev.elastigres.vm.qemu.QemuCommand;
import dev.elastigres.vm.qemu.StartMode;
import dev.elastigres.vm.qmp.QmpClient;
import dev.elastigres.vm.state.CpuRange;
import dev.elastigres.vm.state.FileLocks;
import dev.elastigres.vm.state.MemoryRange;
import dev.elastigres.vm.state.Network;
import dev.elastigres.vm.state.PublishedPort;
import dev.elastigres.vm.state.VmState;
import dev.elastigres.vm.state.XdgFolders;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Tests with a real QEMU, kernel and Postgres. Each test except the first starts from a snapshot
/// of a VM whose Postgres answers.
@Tag("vm")
class RealVmTest {
    private static final Duration BOOT = Duration.ofMinutes(5);
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final String NAME = "real";

    private static Path root = Path.of("");
    private static Path golden = Path.of("");
    private static Path image = Path.of("");

    private VmManager machines = machines();

    private static VmManager machines() {
        return new VmManager(folders(), RealVmTest::say);
    }

    private static void say(String line) {
        System.err.println("vm test: " + line);
    }

    private static XdgFolders folders() {
        var own = XdgFolders.from(System.getenv());
        return new XdgFolders(root.resolve("s"), own.data(), own.cache());
    }

    @BeforeAll
    static void aGoldenSnapshot() throws Exception {
        root = Files.createTempDirectory("vm");
        golden = root.resolve("golden");
        var recipe =
                new ImageRecipe(
                        PostgresRelease.POSTGRES_15,
                        DebianArchive.ofApt(Path.of("/etc/apt"), PostgresRelease.POSTGRES_15)
                                .orElseThrow(),
                        Optional.empty());
        image =
                new ImageBuilder(folders(), new FileLocks(), RealVmTest::say)
                        .build(recipe, Accelerator.TCG);
        var machines = machines();
        try {
            create(machines);
            assertThat(machines.show(NAME).state()).isEqualTo(new VmState.Stopped());
            machines.start(NAME, BOOT);
            machines.snapshot(NAME, golden);
            machines.stop(NAME, LONG);
            assertThat(machines.show(NAME).state()).isEqualTo(new VmState.Stopped());
            assertThat(
                            Files.readString(
                                    machines.folder(NAME).consoleLog(),
                                    StandardCharsets.ISO_8859_1))
                    .contains("elastigres: booted")
                    .doesNotContain("postgres did not stop");
        } finally {
            machines.delete(NAME);
        }
    }

    private static void create(VmManager machines, PublishedPort... ports) throws Exception {
        machines.create(
                new NewVmSpec(
                        NAME,
                        new CpuRange(1, 4),
                        MemoryRange.parse("512M..2G"),
                        Optional.of(image),
                        AcceleratorChoice.AUTO,
                        new Network.User(List.of(ports))));
    }

    @AfterAll
    static void nothingIsLeft() throws Exception {
        try {
            try (var files = Files.walk(root.resolve("s"))) {
                assertThat(files.filter(Files::isRegularFile)).isEmpty();
            }
            assertThat(ProcessIdentity.withArgument("elastigres-" + NAME)).isEmpty();
        } finally {
            FileTrees.delete(root);
        }
    }

    @BeforeEach
    void restore() throws Exception {
        machines = machines();
        machines.restore(NAME, golden, new Network.User(List.of(PublishedPort.parse("0:5432"))));
        assertThat(machines.show(NAME).state()).isEqualTo(new VmState.Saved());
        machines.start(NAME, BOOT);
    }

    @AfterEach
    void delete() throws Exception {
        machines.delete(NAME);
    }

    private String sql(String query) throws Exception {
        try (var guest = machines.running(NAME).guest(LONG)) {
            var result = guest.run(LONG, List.of("psql", "-Atc", query));
            assertThat(result.errors()).isEmpty();
            return result.output().strip();
        }
    }

    private static ResizeRequest wish(int cpus, String memory) throws Exception {
        return new ResizeRequest(
                cpus == 0 ? OptionalInt.empty() : OptionalInt.of(cpus),
                Optional.of(MemoryRange.parseSize(memory)),
                true,
                LONG);
    }

    private GuestMemory memory() throws Exception {
        try (var guest = machines.running(NAME).guest(LONG)) {
            return GuestMemory.of(guest);
        }
    }

    @Test
    void growsAndShrinksWhilePostgresRuns() throws Exception {
        Bytes before = memory().total();
        assertThat(machines.resize(NAME, wish(3, "2G")))
                .isEqualTo(
                        new ResizeRequest.MachineResizeOutcome.Done(
                                OptionalInt.of(3), Optional.of(Bytes.ofGibibytes(2))));
        assertThat(memory().total().minus(before)).isGreaterThan(Bytes.ofMebibytes(1400));
        try (var guest = machines.running(NAME).guest(LONG)) {
            assertThat(guest.run(LONG, List.of("nproc")).output()).isEqualTo("3\n");
        }
        assertThat(sql("select 1")).isEqualTo("1");

        assertThat(machines.resize(NAME, wish(1, "512M")))
                .isInstanceOf(ResizeRequest.MachineResizeOutcome.Done.class);
        assertThat(memory().total().minus(before)).isLessThan(Bytes.ofMebibytes(64));
        var report = machines.show(NAME);
        assertThat(report.cpus()).contains(1);
        assertThat(report.memory().orElseThrow().current()).isEqualTo(Bytes.ofMebibytes(512));
    }

    @Test
    void sizesThatCannotBe() {
        assertThatThrownBy(() -> machines.resize(NAME, wish(0, "100G")))
                .isInstanceOf(VmException.Refused.class);
        assertThatThrownBy(() -> machines.resize(NAME, wish(0, "700M")))
                .isInstanceOf(VmException.Refused.class)
                .hasMessageContaining("blocks of 8MiB");
        assertThatThrownBy(() -> machines.resize(NAME, wish(5, "512M")))
                .isInstanceOf(VmException.Refused.class);
        assertThatThrownBy(() -> machines.start(NAME, BOOT)).hasMessage("real runs already");
        assertThatThrownBy(() -> machines.start("nosuch", BOOT))
                .hasMessageStartingWith("there is no VM named nosuch");
        assertThatThrownBy(() -> create(machines)).hasMessage("there is a VM named real");
    }

    @Test
    void memoryInUseIsNotGivenBackUntilItIsFree() throws Exception {
        machines.resize(NAME, wish(0, "1536M"));
        try (var guest = machines.running(NAME).guest(LONG)) {
            String fill =
                    "set -e; swapoff -a; mount -t tmpfs -o size=2g t /mnt; head -c 900M /dev/zero > /mnt/x";
            assertThat(guest.run(LONG, List.of("sh", "-c", "mkdir -p /mnt; " + fill)).exitCode())
                    .isZero();
            var outcome = machines.resize(NAME, wish(0, "512M"));
            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            ResizeRequest.MachineResizeOutcome.Short.class,
                            result -> {
                                assertThat(result.inUse()).isGreaterThan(Bytes.ofMebibytes(900));
                                assertThat(result.by()).isGreaterThan(Bytes.ofMebibytes(200));
                            });
            // The memory that the guest did not release stays, and is not released later.
            var report = machines.show(NAME).memory().orElseThrow();
            assertThat(report.requested()).isEqualTo(report.current());

            assertThat(guest.run(LONG, List.of("rm", "/mnt/x")).exitCode())
                    .as("the same guest, still with its file")
                    .isZero();
            assertThat(machines.resize(NAME, wish(0, "512M")))
                    .isInstanceOf(ResizeRequest.MachineResizeOutcome.Done.class);
        }
    }

    @Test
    void movesWhileTransactionsRun() throws Exception {
        machines.resize(NAME, wish(2, "1G"));
        sql("create table t (n int)");
        try (var guest = machines.running(NAME).guest(LONG)) {
            String bench =
                    "echo 'insert into t values (1);' > /tmp/b;"
                            + " setsid pgbench -n -f /tmp/b -T 8 -c 2 > /tmp/o 2>&1 &";
            assertThat(guest.run(LONG, List.of("sh", "-c", bench)).exitCode()).isZero();
        }
        long pid = machines.running(NAME).run().qemu().pid();
        machines.migrate(NAME);
        MigrationResult moved = machines.migrate(NAME);
        assertThat(moved.machine().run().incarnation()).isEqualTo(3);
        assertThat(ProcessIdentity.of(pid)).as("the source is gone").isEmpty();
        var report = machines.show(NAME);
        assertThat(report.memory().orElseThrow().current()).isEqualTo(Bytes.ofGibibytes(1));
        assertThat(report.cpus()).contains(2);
        try (var guest = machines.running(NAME).guest(LONG)) {
            var wait =
                    List.of(
                            "sh",
                            "-c",
                            "while pgrep pgbench > /dev/null; do sleep 0.2; done; cat /tmp/o");
            assertThat(guest.run(LONG, wait).output())
                    .contains("number of failed transactions: 0 ");
        }
        assertThat(Long.parseLong(sql("select count(*) from t"))).isPositive();
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
            assertThat(socket.isConnected()).as("published ports move along").isTrue();
        }
    }

    private int port() throws Exception {
        return machines.show(NAME).spec().network().publications().getFirst().hostPort();
    }

    private List<Integer> pluggedCpus() throws Exception {
        try (QmpClient qmp = machines.running(NAME).qemu().control()) {
            return new CpuSlots(qmp).plugged();
        }
    }

    /// All CPUs are plugged before any is unplugged: the translator crashes if a CPU is plugged
    /// after another was unplugged.
    @Test
    void pluggedCpusMoveAndAreSavedAndGo() throws Exception {
        machines.delete(NAME);
        machines = new VmManager(folders(), RealVmTest::say, _ -> CpuScalingMode.HOT_PLUG);
        create(machines);
        machines.start(NAME, BOOT);
        assertThat(machines.show(NAME).cpus()).contains(1);
        assertThat(machines.resize(NAME, wish(2, "512M")))
                .isInstanceOf(ResizeRequest.MachineResizeOutcome.Done.class);
        assertThat(machines.resize(NAME, wish(3, "512M")))
                .isInstanceOf(ResizeRequest.MachineResizeOutcome.Done.class);
        assertThat(machines.show(NAME).cpus()).contains(3);
        assertThat(pluggedCpus()).containsExactly(1, 2);

        machines.migrate(NAME);
        assertThat(machines.show(NAME).cpus()).contains(3);
        assertThat(pluggedCpus()).containsExactly(1, 2);

        Path saved = root.resolve("plugged");
        machines.snapshot(NAME, saved);
        machines.delete(NAME);
        machines = machines();
        machines.restore(NAME, saved, new Network.User(List.of()));
        machines.start(NAME, BOOT);
        assertThat(machines.show(NAME).cpus()).contains(3);
        assertThat(pluggedCpus()).containsExactly(1, 2);

        assertThat(machines.resize(NAME, wish(1, "512M")))
                .isInstanceOf(ResizeRequest.MachineResizeOutcome.Done.class);
        assertThat(pluggedCpus()).isEmpty();
        try (var guest = machines.running(NAME).guest(LONG)) {
            assertThat(guest.readText("/sys/devices/system/cpu/present", LONG)).isEqualTo("0\n");
        }
        assertThat(sql("select 1")).isEqualTo("1");
    }

    @Test
    void aMoveThatCannotBeLeavesTheVmWhereItIs() throws Exception {
        var machine = machines.running(NAME);
        // The target cannot open the disk, because QEMU expects a file there.
        Path disk = machine.folder().disk();
        Path aside = disk.resolveSibling("aside");
        Files.move(disk, aside);
        assertThatThrownBy(() -> machines.migrate(NAME))
                .isInstanceOf(VmException.Failed.class)
                .hasMessageContaining("real was not migrated");
        Files.move(aside, disk);
        assertThat(machines.running(NAME).run()).isEqualTo(machine.run());
        assertThat(sql("select 1")).isEqualTo("1");
        machines.migrate(NAME);
        assertThat(sql("select 1")).isEqualTo("1");
    }

    private Qemu target(RunningVm machine) throws Exception {
        var sockets = machine.folder().incarnation(2);
        return Qemu.start(
                machine.folder(),
                sockets,
                QemuCommand.of(
                        machine.spec(),
                        machine.folder(),
                        sockets,
                        machine.run().accelerator(),
                        BootCpus.atBoot(machine.run().cpuSwitching()),
                        new StartMode.IncomingMigration()));
    }

    @Test
    void aMoveCutOffBeforeItsEndIsUndoneByTheNextCommand() throws Exception {
        var machine = machines.running(NAME);
        Qemu left = target(machine);
        machines.resize(NAME, wish(2, "512M"));
        assertThat(left.identity().isAlive()).isFalse();
        assertThat(left.folder().path()).doesNotExist();
        assertThat(machines.running(NAME).run()).isEqualTo(machine.run());
        assertThat(sql("select 1")).isEqualTo("1");
    }

    @Test
    void aMoveCutOffAfterItsEndIsCompletedByTheNextCommand() throws Exception {
        var machine = machines.running(NAME);
        Qemu arrived = target(machine);
        String uri = "unix:" + arrived.folder().arrival();
        try (QmpClient from = machine.qemu().control();
                QmpClient to = arrived.control()) {
            MigrationStreams.prepare(to, true);
            to.execute("migrate-incoming", Json.object().with("uri", uri));
            MigrationStreams.prepare(from, true);
            MigrationStreams.write(from, uri, LONG);
            MigrationStreams.goOn(to, NAME, LONG);
        }
        machines.resize(NAME, wish(2, "512M"));
        assertThat(machine.run().qemu().isAlive()).as("the source").isFalse();
        assertThat(machines.running(NAME).run().qemu()).isEqualTo(arrived.identity());
        assertThat(sql("select 1")).isEqualTo("1");
    }

    @Test
    void pausedGuestResumesOnNextCommand() throws Exception {
        try (QmpClient qmp = machines.running(NAME).qemu().control()) {
            qmp.execute("stop");
        }
        machines.resize(NAME, wish(2, "512M"));
        assertThat(sql("select 1")).isEqualTo("1");
    }

    @Test
    void killedFromOutsideAndStartedAgain() throws Exception {
        sql("create table kept as select 42 as n");
        sql("checkpoint");
        machines.running(NAME).run().qemu().kill();
        var run = machines.folder(NAME).incarnation(1);
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!Files.exists(run.exitCode()) && System.nanoTime() - deadline < 0)
            Thread.onSpinWait();
        assertThat(machines.show(NAME).state())
                .isEqualTo(new VmState.Dead("its QEMU was killed by signal 9"));
        assertThatThrownBy(() -> machines.running(NAME))
                .hasMessage("real is dead: its QEMU was killed by signal 9");
        machines.start(NAME, BOOT);
        assertThat(sql("select n from kept")).isEqualTo("42");
    }

    @Test
    void poweredOffFromInside() throws Exception {
        var machine = machines.running(NAME);
        try (var guest = machine.guest(LONG)) {
            guest.run(LONG, List.of("poweroff"));
        } catch (GuestException.Silent _) {
            // The VM may end before it answers.
        }
        assertThat(machine.qemu().awaitEnd(LONG)).isTrue();
        var run = machines.folder(NAME).incarnation(1);
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!Files.exists(run.exitCode()) && System.nanoTime() - deadline < 0)
            Thread.onSpinWait();
        assertThat(machines.show(NAME).state()).isEqualTo(new VmState.Stopped());
    }

    @Test
    void postgresRestartsInItsCgroup() throws Exception {
        try (var guest = machines.running(NAME).guest(LONG)) {
            String first = postmaster(guest);
            assertThat(guest.readText("/proc/" + first + "/cgroup", LONG).strip())
                    .isEqualTo("0::/neon-postgres");
            assertThat(guest.readText("/proc/" + first + "/oom_score_adj", LONG).strip())
                    .isEqualTo("-1000");
            assertThat(guest.readText("/sys/fs/cgroup/neon-postgres/memory.max", LONG).strip())
                    .isEqualTo("max");
            var backends =
                    List.of("psql", "-Atc", "select pg_read_file('/proc/self/oom_score_adj')");
            assertThat(guest.run(LONG, backends).output().strip())
                    .as("a backend may be killed")
                    .isEqualTo("0");
            guest.run(LONG, List.of("kill", "-9", first));
            long deadline = System.nanoTime() + LONG.toNanos();
            var ready = List.of("pg_isready", "-q");
            while (postmaster(guest).equals(first) || guest.run(LONG, ready).exitCode() != 0) {
                assertThat(System.nanoTime() - deadline).isNegative();
            }
        }
        assertThat(sql("select 1")).isEqualTo("1");
    }

    private static String postmaster(GuestChannel guest) throws Exception {
        return guest.run(
                        LONG,
                        List.of("sh", "-c", "head -n 1 /var/lib/postgresql/data/postmaster.pid"))
                .output()
                .strip();
    }

    @Test
    void theControlChannelSurvivesGarbageAndManyAtOnce() throws Exception {
        Path port = machines.running(NAME).sockets().guestPort(0);
        byte[] garbage = new byte[200_000];
        new Random(1).nextBytes(garbage);
        try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.connect(UnixDomainSocketAddress.of(port));
            var bytes = ByteBuffer.wrap(garbage);
            while (bytes.hasRemaining()) channel.write(bytes);
        }
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<Future<String>>();
            for (int session = 0; session < 4; session++) {
                for (int command = 0; command < 5; command++)
                    results.add(tasks.submit(this::longOutput));
            }
            for (var each : results) assertThat(each.get()).isEqualTo("same");
        }
    }

    /// Compares half a megabyte of output by its checksum on both sides.
    private String longOutput() throws Exception {
        while (true) {
            try (var guest = machines.running(NAME).guest(LONG)) {
                var command =
                        List.of(
                                "sh",
                                "-c",
                                "head -c 400000 /dev/urandom | base64 | tee /dev/stderr | md5sum");
                var result = guest.run(LONG, command);
                var digest = MessageDigest.getInstance("MD5");
                byte[] sum = digest.digest(result.errors().getBytes(StandardCharsets.US_ASCII));
                String hex = HexFormat.of().formatHex(sum);
                return result.output().startsWith(hex)
                        ? "same"
                        : result.output() + " is not " + hex;
            } catch (GuestException.Occupied _) {
                Thread.onSpinWait(); // all ports are taken for the moment
            }
        }
    }

    @Test
    void aCommandIsHungUpWithItsSession() throws Exception {
        try (var guest = machines.running(NAME).guest(LONG)) {
            try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
                var other = machines.running(NAME).guest(LONG);
                var sleeping = tasks.submit(() -> other.run(LONG, List.of("sleep", "12345")));
                awaitSleepers(guest, "1");
                other.close();
                assertThatThrownBy(sleeping::get).cause().isInstanceOf(GuestException.Silent.class);
            }
            awaitSleepers(guest, "0");
        }
    }

    private static void awaitSleepers(GuestChannel guest, String count) throws Exception {
        long deadline = System.nanoTime() + LONG.toNanos();
        var counting = List.of("sh", "-c", "pgrep -fxc 'sleep 12345' || true");
        while (!guest.run(LONG, counting).output().strip().equals(count)) {
            assertThat(System.nanoTime() - deadline).isNegative();
        }
    }

    @Test
    void inputReachesACommand() throws Exception {
        byte[] input = new byte[300_000];
        new Random(2).nextBytes(input);
        var output = new ByteArrayOutputStream();
        try (var guest = machines.running(NAME).guest(LONG)) {
            InputStream stream = new ByteArrayInputStream(input);
            var end = guest.run(LONG, List.of("cat"), stream, output, new ByteArrayOutputStream());
            assertThat(end.exitCode()).isZero();
        }
        assertThat(output.toByteArray()).isEqualTo(input);
    }
}
