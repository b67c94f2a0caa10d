package dev.elastigres.monitor.watch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.elastigres.core.monitor.MachineMemory;
import dev.elastigres.core.monitor.MemoryLimits;
import dev.elastigres.core.monitor.SamplingIntervalRules;
import dev.elastigres.core.monitor.Usage;
import dev.elastigres.core.monitor.Usage.Known;
import dev.elastigres.core.monitor.Usage.Unreadable;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.Await;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryWatcherTest {
    private static final Duration PERIOD = Duration.ofMillis(5);
    private static final SamplingConfig ADAPTIVE =
            new SamplingConfig.Adaptive(SamplingIntervalRules.DEFAULT, Bytes.ofMebibytes(100));

    @TempDir Path folder;
    private FakeKernelTree tree;
    private MemoryWatcher watcher;
    private final BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();

    /// Reported changes: the usage, or the total.
    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

    private final TickScheduler scheduler =
            new TickScheduler("watcher", (_, bug) -> failures.add(bug)).start();

    @BeforeEach
    void start() throws Exception {
        tree = new FakeKernelTree(folder).total(1024);
        tree.usage(100);
        watcher = watcher(Optional.of(new CgroupMemory(tree.cgroup())));
        watch(Bytes.ofMebibytes(500));
    }

    @AfterEach
    void close() {
        watcher.close();
        assertThat(watcher.isAlive()).isFalse();
        scheduler.close();
        assertThat(failures).isEmpty();
    }

    @Test
    void knowsNothingBeforeItStarts() {
        assertThat(watcher.usage()).isEqualTo(new Usage.Unsampled());
    }

    @Test
    void averagesItsWindow() throws Exception {
        watcher.start();
        Known full = await(Known.class, known -> known.samples() == 5);
        assertThat(full.average()).isEqualTo(Bytes.ofMebibytes(100));
        tree.usage(200);
        await(Known.class, known -> known.average().equals(Bytes.ofMebibytes(200)));
    }

    @Test
    void speaksUpWhenTheThresholdIsCrossedAndNotInBetween() throws Exception {
        watcher.start();
        assertThat(next()).isInstanceOf(Known.class);
        tree.usage(501);
        assertThat(next())
                .isInstanceOfSatisfying(
                        Known.class,
                        known ->
                                assertThat(known.average())
                                        .isGreaterThanOrEqualTo(Bytes.ofMebibytes(500)));
        await(Known.class, known -> known.average().equals(Bytes.ofMebibytes(501)));
        assertThat(told).isEmpty();
        tree.usage(499);
        assertThat(next())
                .isInstanceOfSatisfying(
                        Known.class,
                        known -> assertThat(known.average()).isLessThan(Bytes.ofMebibytes(500)));
    }

    @Test
    void reportsUnknownUsageAndRestartsAverage() throws Exception {
        watcher.start();
        assertThat(next()).isInstanceOf(Known.class);
        tree.removeCgroup();
        assertThat(next()).isInstanceOf(Unreadable.class);
        tree.usage(300);
        next();
        // The average has no sample from before the gap.
        assertThat(watcher.usage())
                .isInstanceOfSatisfying(
                        Known.class,
                        known -> assertThat(known.average()).isEqualTo(Bytes.ofMebibytes(300)));
    }

    @Test
    void reportsTotalWhenItChanges() throws Exception {
        watcher.start();
        assertThat(next()).isInstanceOf(Known.class);
        tree.total(2048);
        assertThat(next()).isEqualTo(Bytes.ofMebibytes(2048));
    }

    // ---- a kernel that does not answer

    @Test
    void unresponsiveUsageFileDoesNotStopWatcher() throws Exception {
        Path stat = tree.cgroup().resolve("memory.stat");
        watcher.start();
        assertThat(next()).isInstanceOf(Known.class);
        Path fifo = fifo(folder.resolve("fifo"));
        Files.move(fifo, stat, StandardCopyOption.ATOMIC_MOVE);
        assertThat(next())
                .isEqualTo(new Unreadable("cgroup " + tree.cgroup() + " does not answer"));
        assertThat(watcher.isAlive()).isTrue();
        tree.total(2048);
        assertThat(next()).isEqualTo(Bytes.ofMebibytes(2048));

        // The blocked reader continues when the file answers.
        Files.move(stat, fifo, StandardCopyOption.ATOMIC_MOVE);
        tree.usage(300);
        release(fifo);
        await(Known.class, known -> known.average().equals(Bytes.ofMebibytes(300)));
    }

    @Test
    void unresponsiveMeminfoDoesNotStopUsage() throws Exception {
        watcher.start();
        await(Known.class, known -> known.samples() == 5);
        Path fifo = fifo(folder.resolve("fifo"));
        Files.move(fifo, folder.resolve("meminfo"), StandardCopyOption.ATOMIC_MOVE);
        Await.until(
                "it is said",
                () ->
                        watcher.machine()
                                .equals(
                                        new MachineMemory.Unreadable(
                                                folder.resolve("meminfo") + " does not answer")));
        tree.usage(200);
        await(Known.class, known -> known.average().equals(Bytes.ofMebibytes(200)));
        release(folder.resolve("meminfo"));
    }

    private static Path fifo(Path path) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor()).isZero();
        return path;
    }

    /// Unblocks a reader that waits to open the FIFO.
    private static void release(Path fifo) throws Exception {
        Files.newOutputStream(fifo).close();
    }

    @Test
    void figuresThatNoMachineHasEndNothing() throws Exception {
        watcher.start();
        assertThat(next()).isInstanceOf(Known.class);
        tree.memoryStat("active_anon 9223372036854775807\ninactive_anon 9223372036854775807\n");
        assertThat(next()).isInstanceOf(Unreadable.class);
        tree.usage(300);
        await(Known.class, known -> known.average().equals(Bytes.ofMebibytes(300)));
        tree.meminfo(1L << 53, "");
        Await.until("it is said", () -> watcher.machine() instanceof MachineMemory.Unreadable);
        tree.meminfo(1 << 20, "MemAvailable: 9223372036854775807 kB\n");
        Await.until(
                "it is said",
                () ->
                        watcher.machine() instanceof MachineMemory.Unreadable(String why)
                                && why.contains("MemAvailable"));
        assertThat(watcher.isAlive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "MemAvailable: 9223372036854775808 kB\n",
                "MemAvailable: kB\n",
                "MemAvailable: 12x kB\n",
                "MemAvailable: 500",
                "MemAvail"
            })
    void anIncompleteFigureOfTheMachineIsUnknown(String rest) throws Exception {
        watcher.start();
        assertThat(next()).isInstanceOf(Known.class);
        tree.meminfo(1 << 20, rest);
        Await.until(
                "it is unknown",
                () ->
                        watcher.machine() instanceof MachineMemory.Unreadable(String why)
                                && why.contains("has no complete MemAvailable"));
    }

    @Test
    void doesNotAllocateWhileItLooksAhead() throws Exception {
        watcher.close();
        watcher = watcher(Optional.of(new CgroupMemory(tree.cgroup())), ADAPTIVE);
        // Near enough for a short sampling interval.
        watch(Bytes.ofMebibytes(101));
        watcher.setHorizon(Duration.ofSeconds(1));
        doesNotAllocateWhileItSamples();
    }

    @Test
    void doesNotAllocateWhileItSamples() throws Exception {
        watcher.start();
        await(Known.class, known -> known.samples() >= 5);
        long thread = threadId();
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getThreadAllocatedBytes(thread);
        long samples = 0;
        var seen = watcher.usage();
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (samples < 100 && System.nanoTime() < deadline) {
            var now = watcher.usage();
            if (!now.equals(seen)) samples++;
            seen = now;
            Thread.onSpinWait();
        }
        assertThat(samples).isEqualTo(100);
        // Each file's identity is checked twice a second; samples in between allocate nothing.
        long perSample = (threads.getThreadAllocatedBytes(thread) - before) / samples;
        assertThat(perSample).isLessThan(100);
    }

    private void watch(Bytes threshold) {
        watcher.watch(threshold, new MemoryLimits(threshold, Bytes.MAX));
    }

    private long threadId() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("watcher"))
                .findAny()
                .orElseThrow()
                .threadId();
    }

    private MemoryWatcher watcher(Optional<MemorySource> source) {
        return watcher(source, new SamplingConfig.Fixed(PERIOD, 5));
    }

    private MemoryWatcher watcher(Optional<MemorySource> source, SamplingConfig sampling) {
        return new MemoryWatcher(
                source,
                new MachineTotal(folder.resolve("meminfo")),
                Bytes.ofMebibytes(1024),
                new MemoryWatchConfig(sampling, 0),
                scheduler,
                new MemoryWatcher.UsageListener() {
                    @Override
                    public boolean usageChanged() {
                        return told.add(watcher.usage());
                    }

                    @Override
                    public boolean sampled() {
                        throw new AssertionError("nobody asked for reports");
                    }

                    @Override
                    public boolean totalObserved(Bytes total) {
                        return told.add(total);
                    }
                });
    }

    private Object next() throws InterruptedException {
        Object event = told.poll(20, TimeUnit.SECONDS);
        assertThat(event).as("nothing was told").isNotNull();
        return event;
    }

    private <T extends Usage> T await(Class<T> kind, Predicate<T> condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (System.nanoTime() < deadline) {
            Usage usage = watcher.usage();
            if (kind.isInstance(usage) && condition.test(kind.cast(usage))) return kind.cast(usage);
            Thread.onSpinWait();
        }
        throw new AssertionError("still " + watcher.usage());
    }
}
