package dev.elastigres.monitor;

import dev.elastigres.monitor.watch.FakeTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/// CPUs of a made-up machine that are busy all the time, with tasks of Postgres that wait for one.
final class BusyCpus implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(20);

    private final FakeTree tree;
    private final int online;
    private final int running;
    private final Thread thread = Thread.ofVirtual().unstarted(this::run);
    private volatile boolean closed;

    private BusyCpus(FakeTree tree, int online, int running) {
        this.tree = tree;
        this.online = online;
        this.running = running;
    }

    static BusyCpus start(FakeTree tree, int online, int running) {
        var cpus = new BusyCpus(tree, online, running);
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
