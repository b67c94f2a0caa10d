package dev.elastigres.agent.worker;

import dev.elastigres.agent.driver.Found.Doors;
import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.agent.pages.MetricsPages;
import dev.elastigres.agent.pages.PageException;
import dev.elastigres.core.agent.Demand;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.scaling.Metrics;
import dev.elastigres.core.scaling.Windows;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.Causes;
import dev.elastigres.protocol.metrics.HostPage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Reads the metrics pages of one VM, each at its own pace. The machine's page makes the event;
/// what the cache's said last goes with it, so that old figures never look new.
final class Scraper {
    private final Supplier<Doors> doors;
    private final Pace pace;
    private final Inbox inbox;
    private final Semaphore asked = new Semaphore(0);
    private volatile Optional<Seen> seen = Optional.empty();

    private record Seen(Windows windows, Moment at) {}

    /// @param at when it was asked for: what it says is no older
    private record Read(HostPage page, Moment at) {}

    // Only the thread that reads the machine's page has these.
    private Optional<HostPage> last = Optional.empty();

    /// What the CPUs are compared with.
    private Optional<Read> base = Optional.empty();

    Scraper(Supplier<Doors> doors, Pace pace, Inbox inbox) {
        this.doors = doors;
        this.pace = pace;
        this.inbox = inbox;
    }

    /// Reads the machine's page until it is interrupted.
    void readHost() throws InterruptedException {
        boolean atOnce = false;
        long next = firstAfter(pace.hostEvery());
        while (true) {
            switch (doors.get().host()) {
                case Endpoint.At door -> readHost(door, atOnce);
                case Endpoint.Unreachable(String why) -> trouble(Part.HOST_METRICS, why);
                case Endpoint.Unused() -> fine(Part.HOST_METRICS);
            }
            atOnce = awaitAsked(next);
            next = next(pace.hostEvery());
        }
    }

    private void readHost(Endpoint.At door, boolean atOnce) throws InterruptedException {
        try {
            Moment at = now();
            var read = new Read(MetricsPages.host(door.uri(), pace.hostLimit()), at);
            fine(Part.HOST_METRICS);
            if (last.isPresent() && read.page.hasKilledSince(last.get()))
                inbox.put(new Mail.Happened(new Event.OutOfMemory()));
            tell(read);
            last = Optional.of(read.page);
            if (atOnce || isBase(read)) base = Optional.of(read);
        } catch (PageException e) {
            trouble(Part.HOST_METRICS, door.withRemedy(Causes.chain(e)));
        }
    }

    /// Has the machine's page read at once. What its CPUs do is measured from there on.
    void readHostNow() {
        asked.release();
    }

    /// Whether it was asked for the page before it is time for it.
    private boolean awaitAsked(long nanoTime) throws InterruptedException {
        boolean was = asked.tryAcquire(nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
        asked.drainPermits();
        return was;
    }

    /// Pages may come faster than CPUs can be measured.
    private boolean isBase(Read read) {
        return base.isEmpty()
                || read.at.since(base.get().at).compareTo(Demand.MIN_CPU_INTERVAL) >= 0;
    }

    private void tell(Read read) throws InterruptedException {
        var host = base.map(it -> read.page.since(it.page)).orElseGet(() -> read.page.metrics());
        Moment since = base.map(Read::at).orElse(read.at);
        inbox.put(
                new Mail.Happened(
                        new Event.MetricsRead(
                                new Metrics(Optional.of(host), windows()), since, read.at)));
    }

    private Optional<Windows> windows() {
        return seen.filter(it -> now().since(it.at).compareTo(pace.cacheCounts()) < 0)
                .map(Seen::windows);
    }

    /// Reads the cache's page until it is interrupted.
    void readCache() throws InterruptedException {
        long next = firstAfter(pace.cacheEvery());
        while (true) {
            switch (doors.get().cache()) {
                case Endpoint.At door -> readCache(door);
                case Endpoint.Unreachable(String why) -> trouble(Part.CACHE_METRICS, why);
                case Endpoint.Unused() -> fine(Part.CACHE_METRICS);
            }
            sleepUntil(next);
            next = next(pace.cacheEvery());
        }
    }

    private void readCache(Endpoint.At door) throws InterruptedException {
        try {
            Moment now = now();
            seen =
                    MetricsPages.cache(door.uri(), pace.cacheLimit())
                            .map(windows -> new Seen(windows, now));
            fine(Part.CACHE_METRICS);
        } catch (PageException e) {
            trouble(Part.CACHE_METRICS, door.withRemedy(Causes.chain(e)));
        }
    }

    private void fine(Part part) throws InterruptedException {
        trouble(part, "");
    }

    private void trouble(Part part, String why) throws InterruptedException {
        inbox.put(new Mail.Trouble(part, why));
    }

    /// VMs that were found together do not stay in step.
    private static long firstAfter(Duration every) {
        return System.nanoTime() + Pace.part(every).toNanos();
    }

    private static long next(Duration every) {
        return System.nanoTime() + Pace.spread(every).toNanos();
    }

    private static void sleepUntil(long nanoTime) throws InterruptedException {
        long rest = nanoTime - System.nanoTime();
        if (rest > 0) Thread.sleep(Duration.ofNanos(rest));
    }

    private static Moment now() {
        return new Moment(System.nanoTime());
    }
}
