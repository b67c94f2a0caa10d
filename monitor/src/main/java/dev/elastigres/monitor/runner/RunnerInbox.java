package dev.elastigres.monitor.runner;

import dev.elastigres.core.monitor.CacheOutcome;
import dev.elastigres.core.monitor.CpuReading;
import dev.elastigres.core.monitor.DatabaseState;
import dev.elastigres.core.monitor.Event;
import dev.elastigres.core.monitor.Event.CacheSettled;
import dev.elastigres.core.monitor.Event.CpusRead;
import dev.elastigres.core.monitor.Event.DatabaseChanged;
import dev.elastigres.core.monitor.Event.MemoryObserved;
import dev.elastigres.core.monitor.Event.PressureReported;
import dev.elastigres.core.monitor.Event.UsageChanged;
import dev.elastigres.core.monitor.Shortage;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.monitor.cache.CacheReport;
import dev.elastigres.monitor.dispatcher.AgentConnection;
import dev.elastigres.monitor.dispatcher.SessionOwner;
import dev.elastigres.monitor.metrics.MonitorMeters;
import dev.elastigres.monitor.runner.RunnerMessage.EventMessage;
import dev.elastigres.monitor.runner.RunnerMessage.Ping;
import dev.elastigres.monitor.runner.RunnerMessage.SamplesTaken;
import dev.elastigres.monitor.runner.RunnerMessage.SessionClosed;
import dev.elastigres.monitor.runner.RunnerMessage.SessionOpened;
import dev.elastigres.monitor.watch.MemoryWatcher;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The runner's message queue. Agents and Postgres wait while it is full; the watcher never does.
public final class RunnerInbox implements SessionOwner, MemoryWatcher.UsageListener {
    private static final int CAPACITY = 256;

    private final BlockingQueue<RunnerMessage> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final MonitorMeters meters;

    /// Whether the runner waits for a message.
    private volatile boolean awaited;

    public RunnerInbox(MonitorMeters meters) {
        this.meters = meters;
    }

    /// Returns the next message; null if none arrives within `timeout`.
    @Nullable RunnerMessage next(Duration timeout) throws InterruptedException {
        awaited = true;
        try {
            return queue.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            awaited = false;
        }
    }

    /// Returns whether the runner has handled all messages and waits for the next.
    boolean isIdle() {
        return awaited && queue.isEmpty();
    }

    /// Returns whether the runner handles a message within `timeout`.
    public boolean isReadWithin(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        var asked = new Ping(new CountDownLatch(1));
        return queue.offer(asked, timeout.toNanos(), TimeUnit.NANOSECONDS)
                && asked.answered().await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    void stop() throws InterruptedException {
        queue.put(new RunnerMessage.Stop());
    }

    @Override
    public void opened(AgentConnection link) throws InterruptedException {
        queue.put(new SessionOpened(link));
    }

    @Override
    public void received(Event event) throws InterruptedException {
        meters.arrived(event, MonotonicClock.now());
        queue.put(new EventMessage(event));
    }

    @Override
    public void ended(AgentConnection link, Closed why) throws InterruptedException {
        queue.put(new SessionClosed(link, why));
    }

    @Override
    public boolean usageChanged() {
        return queue.offer(new EventMessage(new UsageChanged()));
    }

    @Override
    public boolean sampled() {
        return queue.offer(new SamplesTaken());
    }

    @Override
    public boolean totalObserved(Bytes total) {
        return queue.offer(new EventMessage(new MemoryObserved(total)));
    }

    /// Reports memory pressure or an OOM kill. Dropped while the queue is full, because the kernel
    /// reports pressure again.
    public void shortageReported(Shortage shortage) {
        queue.offer(new EventMessage(new PressureReported(shortage)));
    }

    /// Reports how busy the CPUs are. Dropped while the queue is full, because the next reading
    /// follows soon.
    public void cpusRead(CpuReading reading) {
        queue.offer(new EventMessage(new CpusRead(reading)));
    }

    /// Reports from the file cache. Waits while the queue is full; no report is lost.
    public void cacheReported(CacheReport report) {
        RunnerMessage message =
                switch (report) {
                    case CacheReport.SizingOutcome(CacheOutcome outcome) ->
                            new EventMessage(new CacheSettled(outcome));
                    case CacheReport.StateChanged(DatabaseState database) ->
                            new EventMessage(new DatabaseChanged(database));
                    case CacheReport.Identified(String policy, String found) ->
                            new RunnerMessage.CacheIdentified(policy, found);
                };
        try {
            queue.put(message);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
