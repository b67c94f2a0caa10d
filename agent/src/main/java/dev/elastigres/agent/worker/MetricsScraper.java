package dev.elastigres.agent.worker;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.agent.driver.DiscoveredVm.VmEndpoints;
import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.agent.pages.MetricsPageException;
import dev.elastigres.agent.pages.MetricsReader;
import dev.elastigres.core.agent.DemandHistory;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.scaling.WorkingSetWindows;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.protocol.metrics.HostPage;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Reads the metrics pages of one VM, each at its own interval. An event is sent for each page of
/// the machine. It contains the latest cache metrics that are not too old, so that old figures
/// never look new.
final class MetricsScraper {
    private final Supplier<VmEndpoints> endpoints;
    private final PollingConfig polling;
    private final WorkerInbox inbox;
    private final Semaphore asked = new Semaphore(0);
    private volatile Optional<PageState> seen = Optional.empty();

    private record PageState(WorkingSetWindows windows, Moment at) {}

    /// A page and its time.
    ///
    /// @param page the page
    /// @param at time of the request; the page's figures are no older
    private record Read(HostPage page, Moment at) {}

    // Used by the thread that reads the machine's page only.
    private Optional<HostPage> last = Optional.empty();

    /// The page that CPU times are compared with.
    private Optional<Read> base = Optional.empty();

    MetricsScraper(Supplier<VmEndpoints> endpoints, PollingConfig polling, WorkerInbox inbox) {
        this.endpoints = endpoints;
        this.polling = polling;
        this.inbox = inbox;
    }

    /// Reads the machine's page until it is interrupted.
    void readHost() throws InterruptedException {
        boolean atOnce = false;
        long next = firstAfter(polling.metricsInterval());
        while (true) {
            switch (endpoints.get().host()) {
                case Endpoint.Available endpoint -> readHost(endpoint, atOnce);
                case Endpoint.Unreachable(String why) ->
                        problem(WorkerDependency.HOST_METRICS, why);
                case Endpoint.Unused() -> fine(WorkerDependency.HOST_METRICS);
            }
            atOnce = awaitAsked(next);
            next = next(polling.metricsInterval());
        }
    }

    private void readHost(Endpoint.Available endpoint, boolean atOnce) throws InterruptedException {
        try {
            Moment at = now();
            var read = new Read(MetricsReader.host(endpoint.uri(), polling.hostTimeout()), at);
            fine(WorkerDependency.HOST_METRICS);
            if (last.isPresent() && read.page.hasKilledSince(last.get()))
                inbox.put(new WorkerMessage.EventMessage(new Event.OutOfMemory()));
            publish(read);
            last = Optional.of(read.page);
            if (atOnce || isBase(read)) base = Optional.of(read);
        } catch (MetricsPageException e) {
            problem(WorkerDependency.HOST_METRICS, endpoint.withRemedy(CauseChain.chain(e)));
        }
    }

    /// Makes the machine's page be read at once. CPU use is measured from that page on.
    void readHostNow() {
        asked.release();
    }

    /// Waits until the given time. Returns whether the page was requested before.
    private boolean awaitAsked(long nanoTime) throws InterruptedException {
        boolean was = asked.tryAcquire(nanoTime - System.nanoTime(), TimeUnit.NANOSECONDS);
        asked.drainPermits();
        return was;
    }

    /// Returns whether the page can become the base. Pages may arrive faster than CPU use can be
    /// measured.
    private boolean isBase(Read read) {
        return base.isEmpty()
                || read.at.since(base.get().at).compareTo(DemandHistory.MIN_CPU_INTERVAL) >= 0;
    }

    private void publish(Read read) throws InterruptedException {
        var host = base.map(it -> read.page.since(it.page)).orElseGet(() -> read.page.metrics());
        Moment since = base.map(Read::at).orElse(read.at);
        inbox.put(
                new WorkerMessage.EventMessage(
                        new Event.MetricsRead(
                                new VmMetrics(Optional.of(host), windows()), since, read.at)));
    }

    private Optional<WorkingSetWindows> windows() {
        return seen.filter(it -> now().since(it.at).compareTo(polling.cacheCounts()) < 0)
                .map(PageState::windows);
    }

    /// Reads the cache's page until it is interrupted.
    void readCache() throws InterruptedException {
        long next = firstAfter(polling.cacheEvery());
        while (true) {
            switch (endpoints.get().cache()) {
                case Endpoint.Available endpoint -> readCache(endpoint);
                case Endpoint.Unreachable(String why) ->
                        problem(WorkerDependency.CACHE_METRICS, why);
                case Endpoint.Unused() -> fine(WorkerDependency.CACHE_METRICS);
            }
            sleepUntil(next);
            next = next(polling.cacheEvery());
        }
    }

    private void readCache(Endpoint.Available endpoint) throws InterruptedException {
        try {
            Moment now = now();
            seen =
                    MetricsReader.cache(endpoint.uri(), polling.cacheTimeout())
                            .map(windows -> new PageState(windows, now));
            fine(WorkerDependency.CACHE_METRICS);
        } catch (MetricsPageException e) {
            problem(WorkerDependency.CACHE_METRICS, endpoint.withRemedy(CauseChain.chain(e)));
        }
    }

    private void fine(WorkerDependency part) throws InterruptedException {
        problem(part, "");
    }

    private void problem(WorkerDependency part, String why) throws InterruptedException {
        inbox.put(new WorkerMessage.DependencyFailed(part, why));
    }

    /// Returns a random first time, so that VMs that were discovered together are not polled in
    /// step.
    private static long firstAfter(Duration every) {
        return System.nanoTime() + PollingConfig.part(every).toNanos();
    }

    private static long next(Duration every) {
        return System.nanoTime() + PollingConfig.spread(every).toNanos();
    }

    private static void sleepUntil(long nanoTime) throws InterruptedException {
        long rest = nanoTime - System.nanoTime();
        if (rest > 0) Thread.sleep(Duration.ofNanos(rest));
    }
}
