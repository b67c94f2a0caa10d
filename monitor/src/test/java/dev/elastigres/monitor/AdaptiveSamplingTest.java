package dev.elastigres.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.elastigres.monitor.watch.FakeKernelTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A complete monitor with adaptive sampling, the default.
class AdaptiveSamplingTest {
    @TempDir Path folder;
    private FakeKernelTree tree;

    @BeforeEach
    void calm() throws Exception {
        tree = new FakeKernelTree(folder).total(1024).usage(200);
    }

    @Test
    void asksWhenUsageIsAtTheThreshold() throws Exception {
        try (var monitor = adaptive();
                var agent = monitor.agent()) {
            write(900);
            assertThat(agent.nextUpscaleRequest().id()).isEqualTo("3");
            assertThat(monitor.status("last_decision"))
                    .startsWith("asked for ")
                    .endsWith("the threshold is 870.4MiB");
        }
    }

    @Test
    void asksForARiseBeforeItIsAtTheThreshold() throws Exception {
        try (var monitor = adaptive("--horizon", "10s");
                var agent = monitor.agent()) {
            Thread load = Thread.ofVirtual().start(() -> climb(600, 100));
            agent.nextUpscaleRequest();
            load.interrupt();
            load.join();
            assertThat(monitor.status("last_decision"))
                    .startsWith("asked for ")
                    .contains(" grows by ", "a grant takes about 10.0s here");
            assertThat(Long.parseLong(monitor.status("usage", "last_bytes")))
                    .isLessThan(870L << 20);
        }
    }

    /// Raises usage from 200 MiB to `end`.
    ///
    /// @param end in MiB
    /// @param rate in MiB a second
    private void climb(long end, long rate) {
        long start = System.nanoTime();
        long usage = 200;
        while (usage < end && !Thread.currentThread().isInterrupted()) {
            long milliseconds = (System.nanoTime() - start) / 1_000_000;
            usage = Math.min(end, 200 + rate * milliseconds / 1000);
            try {
                write(usage);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            LockSupport.parkNanos(2_000_000);
        }
    }

    @Test
    void asksNotAgainWhileAGrantIsUnderWay() throws Exception {
        try (var monitor = adaptive("--upscale-interval", "50ms");
                var agent = monitor.agent()) {
            write(900);
            agent.nextUpscaleRequest();
            assertThat(agent.announce(2, 2048).next().type()).isEqualTo("UpscaleConfirmation");
            assertThat(monitor.status("memory", "underway")).isEqualTo("true");
            tree.total(2000);
            monitor.awaitStatus("false", "memory", "underway");
            agent.checkHealth(4);
            assertThat(monitor.log()).contains("forecast horizon set");
        }
    }

    /// An agent of v1.0 grants a fixed unit, whatever the forecast was. For one request interval
    /// after the grant, only usage at the threshold is a reason for another request.
    @Test
    void oneGrantOfAFixedUnitServesARiseThatFitsIntoIt() throws Exception {
        var interval = Duration.ofSeconds(3);
        try (var monitor = adaptive("--horizon", "10s", "--upscale-interval", "3s");
                var agent = monitor.agent()) {
            // Ends below 1655 MiB, the threshold of the grown VM.
            Thread load = Thread.ofVirtual().start(() -> climb(1500, 200));
            agent.nextUpscaleRequest();
            // The interval since the request is almost over when the grant arrives.
            LockSupport.parkNanos(interval.minusMillis(500).toNanos());
            agent.announce(2, 2048);
            long granted = System.nanoTime();
            assertThat(agent.next().type()).isEqualTo("UpscaleConfirmation");
            tree.total(2048);
            long id = 4;
            while (System.nanoTime() - granted < interval.minusMillis(100).toNanos()) {
                agent.checkHealth(id);
                id += 2;
                LockSupport.parkNanos(10_000_000);
            }
            load.interrupt();
            load.join();
            write(1800);
            agent.nextUpscaleRequest();
        }
    }

    @Test
    void asksWhenTheWholeVmHasNothingLeft() throws Exception {
        try (var monitor = adaptive();
                var agent = monitor.agent()) {
            Files.writeString(
                    folder.resolve("meminfo"),
                    "MemTotal: %d kB\nMemAvailable: 61440 kB\nDirty: 20480 kB\nWriteback: 0 kB\n"
                            .formatted(1024 << 10));
            agent.nextUpscaleRequest();
            assertThat(monitor.status("last_decision")).contains("only 40MiB of the VM's");
        }
    }

    @Test
    void theHorizonIsMeasured() throws Exception {
        String name = "elastigres_monitor_memory_horizon_seconds";
        try (var told = adaptive("--horizon", "2500ms")) {
            assertThat(told.ownMetrics().value(name)).isEqualTo(2.5);
        }
        try (var fixed = TestMonitor.start(tree, "--sampling", "fixed")) {
            assertThat(fixed.ownMetrics().find(name)).isEmpty();
        }
        try (var learning = adaptive("--upscale-interval", "50ms");
                var agent = learning.agent()) {
            double before = learning.ownMetrics().value(name);
            write(900);
            agent.nextUpscaleRequest();
            agent.announce(2, 2048).next();
            tree.total(2000);
            learning.await(
                    "the horizon was learned", () -> learning.ownMetrics().value(name) != before);
            assertThat(learning.ownMetrics().value(name))
                    .isEqualTo(
                            Long.parseLong(learning.status("memory", "horizon_ms")) / 1e3,
                            within(0.001));
        }
    }

    /// Overwrites the file in place, as the kernel does: a replaced file would be detected after a
    /// delay only. The rest of a longer previous content comes too late in the file to matter.
    private void write(long mebibytes) throws Exception {
        Files.writeString(
                tree.cgroup().resolve("memory.stat"),
                "inactive_anon %010d\nactive_anon %012d\n".formatted(0, mebibytes << 20),
                StandardOpenOption.WRITE);
    }

    private TestMonitor adaptive(String... flags) throws Exception {
        var all = new ArrayList<>(List.of("--sampling", "adaptive"));
        all.addAll(List.of(flags));
        return TestMonitor.start(tree, all.toArray(String[]::new));
    }
}
