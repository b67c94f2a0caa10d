package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.MemoryRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.watch.FakeKernelTree;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Only memory that the kernel shows counts: announced memory is not used before it arrives, and
/// unreadable usage is not zero.
class ObservedMemoryTest {
    @TempDir Path folder;
    private FakeKernelTree tree;
    private TestMonitor monitor;
    private TestAgent agent;

    @BeforeEach
    void start() throws Exception {
        tree = new FakeKernelTree(folder).total(1024).usage(200);
        monitor = TestMonitor.start(tree);
        monitor.awaitSamples();
        agent = monitor.agent();
    }

    @AfterEach
    void stop() throws Exception {
        agent.close();
        monitor.close();
    }

    // ---- the total

    @Test
    void usesAnnouncedMemoryOnlyWhenItArrives() throws Exception {
        assertThat(agent.announce(2, 2048).next().type()).isEqualTo("UpscaleConfirmation");
        monitor.awaitStatus(bytes(2048), "memory", "announced_bytes");
        assertThat(monitor.status("memory", "threshold_bytes")).isEqualTo(threshold(1024));

        tree.total(1500);
        monitor.awaitStatus(threshold(1500), "memory", "threshold_bytes");
        // The kernel's reserve is never usable.
        tree.total(2040);
        monitor.awaitStatus(threshold(2048 - 100), "memory", "threshold_bytes");
        agent.checkHealth(4);
    }

    @Test
    void agreedDownscaleAppliesBeforeMemoryIsRemoved() throws Exception {
        WireMessage answer = agent.askDownscale(2, 512).nextAnswer();
        assertThat(answer.ok()).isTrue();
        assertThat(answer.status()).contains("412MiB");
        monitor.awaitStatus(threshold(512 - 100), "memory", "threshold_bytes");
        tree.usage(360);
        assertThat(agent.nextUpscaleRequest().id()).isEqualTo("3");
    }

    @Test
    void reportsUnreadableTotalAndKeepsLastOne() throws Exception {
        Files.delete(folder.resolve("meminfo"));
        monitor.awaitUnready("the memory's total is unknown");
        assertThat(monitor.status("memory", "threshold_bytes")).isEqualTo(threshold(1024));
        agent.checkHealth(2);
        tree.total(1500);
        monitor.awaitReady();
        monitor.awaitStatus(threshold(1500), "memory", "threshold_bytes");
    }

    @Test
    void anAnnouncedSizeEndsWithItsSession() throws Exception {
        tree.total(972);
        monitor.awaitStatus(threshold(972), "memory", "threshold_bytes");
        assertThat(agent.askDownscale(2, 512).next().ok()).isTrue();
        monitor.awaitStatus(threshold(512 - 100), "memory", "threshold_bytes");
        // The downscale is never carried out, and does not affect the next session.
        try (var next = monitor.agent()) {
            monitor.awaitStatus(threshold(972), "memory", "threshold_bytes");
            assertThat(monitor.status("memory", "announced_bytes")).isEqualTo("null");
            next.checkHealth(2);
        }
    }

    // ---- what is in nobody's usage

    @ParameterizedTest
    @CsvSource({
        // Static huge pages count in MemTotal, but not as anonymous memory of any process.
        "MemAvailable: 1250000 kB\\nHugePages_Total: 768\\nHugepagesize: 2048 kB\\n, 2.81GiB",
        // Other processes hold the memory.
        "MemAvailable: 600000 kB\\n, 3.43GiB"
    })
    void memoryThatTheSmallerMachineWouldNotLeaveRefusesDownscales(String lines, String pinned)
            throws Exception {
        tree.meminfo(4194304, lines.replace("\\n", "\n")).usage(1024);
        monitor.awaitUsage(1024);
        monitor.awaitStatus(bytes(4096), "memory", "observed_bytes");
        WireMessage answer = agent.askDownscale(2, 2048).nextAnswer();
        assertThat(answer.ok()).isFalse();
        assertThat(answer.status())
                .startsWith(pinned + " of the VM's memory is not available")
                .contains("with 2GiB no more than 1.81GiB may be");
        // The answer in v1.1 gives the minimum.
        try (var newer = monitor.agentV11()) {
            String min = newer.askDownscale(2, 2048).nextAnswer().text();
            assertThat(min).contains("\"reason\":\"too_little_available\",\"least_mem\":");
        }
    }

    @Test
    void memoryThatCannotBeReadAnyMoreRefusesDownscales() throws Exception {
        Files.delete(folder.resolve("meminfo"));
        monitor.awaitUnready("the memory's total is unknown");
        WireMessage answer = agent.askDownscale(2, 512).nextAnswer();
        assertThat(answer.ok()).isFalse();
        assertThat(answer.status()).startsWith("memory usage is unknown: ").contains("meminfo");
    }

    // ---- the usage

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "anon 5\n",
                "active_anon 1048576\n",
                "inactive_anon 1048576\nactive_anon ",
                "inactive_anon 1048576\nactive_anon 10485",
                "inactive_anon many\nactive_anon 1048576\n"
            })
    void incompleteFiguresAreUnreadable(String text) throws Exception {
        tree.memoryStat(text);
        expectRefusal("memory.stat");
        tree.usage(200);
        expectRecovery();
    }

    @Test
    void reportsCgroupV1AtStartAndRefusesDownscale() throws Exception {
        var old =
                new FakeKernelTree(Files.createDirectory(folder.resolve("old")))
                        .total(4096)
                        .memoryStat(
                                "inactive_anon 0\nactive_anon 0\ntotal_inactive_anon 2684354560\n");
        try (var early = TestMonitor.start(old);
                var client = early.agent()) {
            early.awaitLog("is a cgroup v1, whose figures cannot be relied on");
            early.awaitUnready("memory.stat is of a cgroup v1");
            WireMessage answer = client.askDownscale(2, 1024).next();
            assertThat(answer.ok()).isFalse();
            assertThat(answer.status()).contains("cgroup v1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "active_anon 9223372036854775807\ninactive_anon 9223372036854775807\n",
                "active_anon 9007199254740993\ninactive_anon 0\n"
            })
    void figuresThatNoMachineHasAreUnreadable(String text) throws Exception {
        tree.memoryStat(text);
        expectRefusal("is implausible");
        tree.usage(200);
        expectRecovery();
    }

    @Test
    void reportsImplausibleTotalAndKeepsLastOne() throws Exception {
        tree.meminfo(1L << 53, "MemAvailable: 9007199254740992 kB\n");
        monitor.awaitUnready("meminfo is implausible: MemTotal: 9007199254740992");
        assertThat(monitor.status("memory", "threshold_bytes")).isEqualTo(threshold(1024));
        assertThat(agent.askDownscale(2, 512).nextAnswer().ok()).isFalse();
        tree.total(1500);
        monitor.awaitReady();
    }

    @Test
    void anUnreadableFileRefusesDownscales() throws Exception {
        Path stat = tree.cgroup().resolve("memory.stat");
        Files.delete(stat);
        Files.createDirectory(stat);
        expectRefusal("cannot read " + stat);
        Files.delete(stat);
        tree.usage(200);
        expectRecovery();
    }

    @Test
    void refusesDownscalesUntilCgroupIsRecreated() throws Exception {
        tree.removeCgroup();
        expectRefusal("no such file");
        assertThat(monitor.get("/healthz").code()).isEqualTo(200);
        tree.usage(200);
        expectRecovery();
    }

    @Test
    void samplesFromBeforeAGapDoNotCount() throws Exception {
        tree.usage(100);
        monitor.awaitUsage(100);
        tree.removeCgroup();
        monitor.awaitStatus("unreadable", "usage", "state");
        tree.usage(800);
        monitor.awaitStatus("known", "usage", "state");
        assertThat(monitor.status("usage", "average_bytes")).isEqualTo(bytes(800));
        monitor.awaitUsage(800);
        // 100 MiB would fit, and so would any average with 800 MiB.
        WireMessage answer = agent.askDownscale(2, 1150).next();
        assertThat(answer.ok()).isFalse();
        assertThat(answer.status()).contains("Postgres uses 800MiB");
    }

    @Test
    void recreatedCgroupStartsNewAverage() throws Exception {
        tree.usage(800);
        monitor.awaitUsage(800);
        Files.move(tree.cgroup(), folder.resolve("old"));
        tree.usage(100);
        monitor.awaitUsage(100);
        WireMessage answer = agent.askDownscale(2, 512).nextAnswer();
        assertThat(answer.ok()).as(answer.text()).isTrue();
    }

    @Test
    void waitsForCgroupThatDoesNotExistYet() throws Exception {
        var late = new FakeKernelTree(Files.createDirectory(folder.resolve("late"))).total(1024);
        try (var early = TestMonitor.start(late);
                var client = early.agent()) {
            early.awaitUnready("memory usage is unknown");
            assertThat(client.askDownscale(2, 4096).next().ok()).isFalse();
            late.usage(200);
            early.awaitReady();
            early.await("a downscale is possible", () -> agreed(client));
        }
    }

    private void expectRefusal(String reason) throws Exception {
        monitor.awaitUnready("memory usage is unknown");
        WireMessage answer = agent.askDownscale(2, 4096).next();
        assertThat(answer.ok()).isFalse();
        assertThat(answer.status()).startsWith("memory usage is unknown: ").contains(reason);
        agent.checkHealth(4);
    }

    private void expectRecovery() throws Exception {
        monitor.awaitReady();
        monitor.await("a downscale is possible", () -> agreed(agent));
        assertThat(monitor.log()).contains("memory usage is known again");
    }

    private static boolean agreed(TestAgent client) throws Exception {
        return client.askDownscale(6, 4096).next().ok();
    }

    private static String bytes(long mebibytes) {
        return Long.toString(mebibytes << 20);
    }

    private static String threshold(long usableMebibytes) {
        Bytes usable = Bytes.ofMebibytes(usableMebibytes);
        return Long.toString(MemoryRules.DEFAULT.threshold(usable).value());
    }
}
