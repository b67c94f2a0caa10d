package dev.elastigres.monitor.runner;

import dev.elastigres.core.monitor.CacheOutcome;
import dev.elastigres.core.monitor.CpuReading;
import dev.elastigres.core.monitor.Database;
import dev.elastigres.core.monitor.Event;
import dev.elastigres.core.monitor.Event.CacheSettled;
import dev.elastigres.core.monitor.Event.CpusRead;
import dev.elastigres.core.monitor.Event.DatabaseChanged;
import dev.elastigres.core.monitor.Event.MemoryObserved;
import dev.elastigres.core.monitor.Event.ShortageFelt;
import dev.elastigres.core.monitor.Event.UsageMoved;
import dev.elastigres.core.monitor.Shortage;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.http.Incoming.Closed;
import dev.elastigres.monitor.cache.CacheReport;
import dev.elastigres.monitor.dispatcher.AgentLink;
import dev.elastigres.monitor.dispatcher.Sessions;
import dev.elastigres.monitor.metrics.Meters;
import dev.elastigres.monitor.runner.Mail.Asked;
import dev.elastigres.monitor.runner.Mail.Ended;
import dev.elastigres.monitor.runner.Mail.Happened;
import dev.elastigres.monitor.runner.Mail.Opened;
import dev.elastigres.monitor.runner.Mail.Sampled;
import dev.elastigres.monitor.watch.Watcher;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The one way to the runner. The watcher never waits here; agents and Postgres do, when the
/// runner is behind.
public final class Inbox implements Sessions, Watcher.Listener {
    private static final int CAPACITY = 256;

    private final BlockingQueue<Mail> queue = new ArrayBlockingQueue<>(CAPACITY);
    private final Meters meters;

    public Inbox(Meters meters) {
        this.meters = meters;
    }

    /// The next mail; null when none came within `patience`.
    @Nullable Mail next(Duration patience) throws InterruptedException {
        return queue.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Whether the runner gets to its mail within `limit`.
    public boolean isReadWithin(Duration limit) throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        var asked = new Asked(new CountDownLatch(1));
        return queue.offer(asked, limit.toNanos(), TimeUnit.NANOSECONDS)
                && asked.answered().await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    void stop() throws InterruptedException {
        queue.put(new Mail.Stop());
    }

    @Override
    public void opened(AgentLink link) throws InterruptedException {
        queue.put(new Opened(link));
    }

    @Override
    public void received(Event event) throws InterruptedException {
        meters.arrived(event, new Moment(System.nanoTime()));
        queue.put(new Happened(event));
    }

    @Override
    public void ended(AgentLink link, Closed why) throws InterruptedException {
        queue.put(new Ended(link, why));
    }

    @Override
    public boolean usageMoved() {
        return queue.offer(new Happened(new UsageMoved()));
    }

    @Override
    public boolean sampled() {
        return queue.offer(new Sampled());
    }

    @Override
    public boolean totalObserved(Bytes total) {
        return queue.offer(new Happened(new MemoryObserved(total)));
    }

    /// What the kernel says of its own accord. Dropped while the runner is behind: it says it
    /// again.
    public void felt(Shortage shortage) {
        queue.offer(new Happened(new ShortageFelt(shortage)));
    }

    /// How busy the CPUs are. Dropped while the runner is behind: the next reading comes soon.
    public void cpusRead(CpuReading reading) {
        queue.offer(new Happened(new CpusRead(reading)));
    }

    /// What the file cache reports. Waits only while the runner is behind, and loses nothing.
    public void cacheReported(CacheReport report) {
        Mail mail =
                switch (report) {
                    case CacheReport.Outcome(CacheOutcome outcome) ->
                            new Happened(new CacheSettled(outcome));
                    case CacheReport.Changed(Database database) ->
                            new Happened(new DatabaseChanged(database));
                    case CacheReport.Identified(String policy, String found) ->
                            new Mail.Identified(policy, found);
                };
        try {
            queue.put(mail);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
