package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.monitor.watch.KernelReadException;
import dev.elastigres.monitor.watch.Postmaster;
import dev.elastigres.monitor.watch.ProcessTree;
import dev.elastigres.monitor.watch.ReadBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// Samples the memory of Postgres' processes far more often than the monitor does, to find out
/// when it crosses the monitor's threshold. It has a thread of its own.
final class MemoryProbe implements AutoCloseable {
    static final Duration PERIOD = Duration.ofMillis(5);

    private final Path dataDirectory;
    private final Thread thread;
    private final ThresholdCrossings crossings = new ThresholdCrossings();

    private volatile Bytes used = Bytes.ZERO;
    private volatile Bytes threshold = Bytes.MAX;
    private volatile boolean closed;

    private MemoryProbe(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
        thread = Thread.ofPlatform().name("memory-probe").daemon().unstarted(this::run);
    }

    /// @throws DemoException if the memory of Postgres cannot be read
    static MemoryProbe start(Path dataDirectory) throws DemoException {
        var probe = new MemoryProbe(dataDirectory);
        try (var tree = probe.tree()) {
            probe.used = new Bytes(tree.read(System.nanoTime(), ReadBuffer.create()));
        } catch (KernelReadException e) {
            throw new DemoException("the memory of Postgres cannot be read", e);
        }
        probe.thread.start();
        return probe;
    }

    private ProcessTree tree() {
        return new ProcessTree(Path.of("/proc"), new Postmaster.ByDataDirectory(dataDirectory));
    }

    /// Returns the newest sample.
    Bytes used() {
        return used;
    }

    Bytes threshold() {
        return threshold;
    }

    void setThreshold(Bytes to) {
        threshold = to;
    }

    ThresholdCrossings crossings() {
        return crossings;
    }

    private void run() {
        var scratch = ReadBuffer.create();
        try (var tree = tree()) {
            while (!closed) {
                Moment now = MonotonicClock.now();
                used = read(tree, scratch, now);
                crossings.add(used, threshold, now);
                LockSupport.parkNanos(this, PERIOD.toNanos());
            }
        }
    }

    /// Returns 0 if Postgres has ended. Its clients detect the end.
    private static Bytes read(ProcessTree tree, ReadBuffer scratch, Moment now) {
        try {
            return new Bytes(tree.read(now.nanos(), scratch));
        } catch (KernelReadException _) {
            return Bytes.ZERO;
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join(Duration.ofSeconds(1));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
