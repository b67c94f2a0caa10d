package dev.elastigres.agent.worker;

import dev.elastigres.agent.driver.Found.Doors;
import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.agent.pages.MetricsPages;
import dev.elastigres.agent.pages.PageException;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.scaling.Metrics;
import dev.elastigres.core.scaling.Windows;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.Causes;
import dev.elastigres.protocol.metrics.HostPage;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// Reads the metrics pages of one VM, each at its own pace. The machine's page makes the event;
/// what the cache's said last goes with it, so that old figures never look new.
final class Scraper {
    private final Supplier<Doors> doors;
    private final Pace pace;
    private final Inbox inbox;
    private volatile Optional<Seen> seen = Optional.empty();

    private record Seen(Windows windows, Moment at) {}

    Scraper(Supplier<Doors> doors, Pace pace, Inbox inbox) {
        this.doors = doors;
        this.pace = pace;
        this.inbox = inbox;
    }

    /// Reads the machine's page until it is interrupted.
    void readHost() throws InterruptedException {
        Optional<HostPage> before = Optional.empty();
        long next = firstAfter(pace.hostEvery());
        while (true) {
            switch (doors.get().host()) {
                case Endpoint.At door -> before = readHost(door, before);
                case Endpoint.Unreachable(String why) -> trouble(Part.HOST_METRICS, why);
                case Endpoint.Unused() -> fine(Part.HOST_METRICS);
            }
            sleepUntil(next);
            next = next(pace.hostEvery());
        }
    }

    /// The newest page that could be read.
    private Optional<HostPage> readHost(Endpoint.At door, Optional<HostPage> before)
            throws InterruptedException {
        try {
            HostPage page = MetricsPages.host(door.uri(), pace.hostLimit());
            fine(Part.HOST_METRICS);
            tell(page, before);
            return Optional.of(page);
        } catch (PageException e) {
            trouble(Part.HOST_METRICS, door.withRemedy(Causes.chain(e)));
            return before;
        }
    }

    private void tell(HostPage page, Optional<HostPage> before) throws InterruptedException {
        if (before.isPresent() && page.hasKilledSince(before.get()))
            inbox.put(new Mail.Happened(new Event.OutOfMemory()));
        var host = before.map(page::since).orElse(page.metrics());
        inbox.put(
                new Mail.Happened(
                        new Event.MetricsRead(new Metrics(Optional.of(host), windows()))));
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
