package dev.elastigres.agent.worker;

import dev.elastigres.agent.driver.Found.Doors;
import dev.elastigres.agent.pages.MetricsPages;
import dev.elastigres.agent.pages.PageException;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.scaling.Metrics;
import dev.elastigres.core.scaling.Windows;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.Causes;
import dev.elastigres.protocol.metrics.HostPage;
import java.net.URI;
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
            Optional<URI> door = doors.get().host();
            if (door.isPresent()) {
                try {
                    HostPage page = MetricsPages.host(door.get(), pace.hostLimit());
                    fine(Part.HOST_METRICS);
                    tell(page, before);
                    before = Optional.of(page);
                } catch (PageException e) {
                    inbox.put(new Mail.Trouble(Part.HOST_METRICS, Causes.chain(e)));
                }
            }
            sleepUntil(next);
            next = next(pace.hostEvery());
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
            Optional<URI> door = doors.get().cache();
            if (door.isPresent()) {
                try {
                    Moment now = now();
                    seen =
                            MetricsPages.cache(door.get(), pace.cacheLimit())
                                    .map(windows -> new Seen(windows, now));
                    fine(Part.CACHE_METRICS);
                } catch (PageException e) {
                    inbox.put(new Mail.Trouble(Part.CACHE_METRICS, Causes.chain(e)));
                }
            }
            sleepUntil(next);
            next = next(pace.cacheEvery());
        }
    }

    private void fine(Part part) throws InterruptedException {
        inbox.put(new Mail.Trouble(part, ""));
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
