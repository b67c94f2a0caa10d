package dev.elastigres.monitor.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.DatabaseState;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.Await;
import dev.elastigres.monitor.watch.CgroupMemory;
import dev.elastigres.monitor.watch.FakeKernelTree;
import dev.elastigres.monitor.watch.MachineTotal;
import dev.elastigres.monitor.watch.MemoryWatchConfig;
import dev.elastigres.monitor.watch.MemoryWatcher;
import dev.elastigres.monitor.watch.SamplingConfig;
import dev.elastigres.monitor.watch.TickScheduler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadinessChecksTest {
    private final TickScheduler scheduler = new TickScheduler("watcher", (_, _) -> {}).start();
    @TempDir Path folder;
    private FakeKernelTree tree;
    private MemoryWatcher watcher;

    @BeforeEach
    void watch() throws Exception {
        tree = new FakeKernelTree(folder).total(1024).usage(200);
        watcher = watcher(Duration.ofMillis(5));
    }

    @AfterEach
    void close() {
        watcher.close();
        scheduler.close();
    }

    @Test
    void reportsReadyWithoutProblems() throws Exception {
        ReadinessChecks checks = checks(Duration.ofSeconds(60));
        assertThat(checks.now().problems()).contains("memory usage was not sampled yet");
        watcher.start();
        Await.until("ready", () -> checks.now().isReady());
        assertThat(checks.now().database()).isEqualTo(new DatabaseState.Unmanaged());
    }

    @Test
    void stoppedWatcherIsAProblem() throws Exception {
        ReadinessChecks checks = checks(Duration.ofSeconds(60));
        watcher.start();
        Await.until("ready", () -> checks.now().isReady());
        watcher.close();
        assertThat(checks.now().problems()).containsExactly("memory is not watched any more");
    }

    @Test
    void outdatedSampleIsAProblem() throws Exception {
        watcher.close();
        watcher = watcher(Duration.ofSeconds(30));
        ReadinessChecks checks = checks(Duration.ofSeconds(2));
        watcher.start();
        Await.until("sampled", () -> checks.now().isReady());
        Await.until(
                "it is old",
                () -> checks.now().problems().equals(List.of("the last memory sample is 2 s old")));
    }

    @Test
    void includesProblemsOfOtherChecks() throws Exception {
        ReadinessChecks checks = checks(Duration.ofSeconds(60));
        watcher.start();
        checks.add(() -> Stream.of("watching CPUs has failed", "a file does not answer"));
        Await.until("sampled", () -> checks.now().problems().size() == 2);
        assertThat(checks.now().problems())
                .containsExactly("watching CPUs has failed", "a file does not answer");
    }

    private ReadinessChecks checks(Duration staleAfter) {
        return new ReadinessChecks(watcher, staleAfter, Optional::empty);
    }

    private MemoryWatcher watcher(Duration period) {
        return new MemoryWatcher(
                Optional.of(new CgroupMemory(tree.cgroup())),
                new MachineTotal(folder.resolve("meminfo")),
                Bytes.ofMebibytes(1024),
                new MemoryWatchConfig(new SamplingConfig.Fixed(period, 5), 0),
                scheduler,
                new MemoryWatcher.UsageListener() {
                    @Override
                    public boolean usageChanged() {
                        return true;
                    }

                    @Override
                    public boolean totalObserved(Bytes total) {
                        return true;
                    }

                    @Override
                    public boolean sampled() {
                        return true;
                    }
                });
    }
}
