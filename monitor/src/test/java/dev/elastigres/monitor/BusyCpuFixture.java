package dev.elastigres.monitor;

import dev.elastigres.monitor.watch.FakeKernelTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// CPUs of a fake machine that are always busy, while tasks of Postgres wait for one.
final class BusyCpuFixture implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(20);

    private final FakeKernelTree tree;
    private final int online;
    private final int running;
    private final Thread thread = Thread.ofVirtual().unstarted(this::run);
    private volatile boolean closed;

    private BusyCpuFixture(FakeKernelTree tree, int online, int running) {
        this.tree = tree;
        this.online = online;
        this.running = running;
    }

    static BusyCpuFixture start(FakeKernelTree tree, int online, int running) {
        var cpus = new BusyCpuFixture(tree, online, running);
        cpus.thread.start();
        return cpus;
    }

    private void run() {
        long began = System.nanoTime();
        try {
            while (!closed) {
                tree.busyCpus(online, running, Duration.ofNanos(System.nanoTime() - began));
                LockSupport.parkNanos(TICK.toNanos());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        closed = true;
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
