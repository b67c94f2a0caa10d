package dev.elastigres.demo;

import dev.elastigres.agent.monitor.LinkException;
import dev.elastigres.agent.worker.Fleet;
import dev.elastigres.agent.worker.VmView;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.demo.VmHappening.CacheChanged;
import dev.elastigres.demo.VmHappening.Noted;
import dev.elastigres.demo.VmHappening.Resized;
import dev.elastigres.demo.VmHappening.Wanted;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.harness.MonitorStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Looks at what the agent says of the VM, and at what the monitor says of Postgres.
final class VmWatch implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final Fleet fleet;
    private final MonitorPages pages;
    private final Thread thread;
    private volatile Seen seen = new Seen(Bytes.ZERO, Bytes.MAX, Bytes.ZERO);

    private Instant notedAt = Instant.MIN;
    private Resources wanted;
    private Resources has;
    private Bytes cache = Bytes.ZERO;

    /// By the monitor.
    ///
    /// @param used by Postgres
    private record Seen(Bytes used, Bytes threshold, Bytes cache) {}

    /// @param least what the VM has at first
    VmWatch(Fleet fleet, MonitorPages pages, Resources least) {
        this.fleet = fleet;
        this.pages = pages;
        wanted = least;
        has = least;
        thread = Thread.ofVirtual().name("monitor-status").start(this::follow);
    }

    private void follow() {
        try {
            while (true) {
                try {
                    var status = new MonitorStatus(pages.status());
                    // What is unknown for a moment stays as it was.
                    if (status.isReady() && status.usageIsKnown())
                        seen = new Seen(status.lastUsage(), status.threshold(), status.cache());
                } catch (LinkException _) {
                    // A guest that works hard may answer late: the next time will do.
                }
                Thread.sleep(PERIOD);
            }
        } catch (InterruptedException _) {
            // Told to end.
        }
    }

    Optional<VmView> view() {
        return fleet.view(DemoVm.NAME);
    }

    /// What the VM was last seen to have.
    Resources has() {
        return has;
    }

    /// What the agent wants it to have.
    Resources wanted() {
        return wanted;
    }

    Bytes cache() {
        return cache;
    }

    Gauge gauge(String step) {
        Seen now = seen;
        return new Gauge(now.used, now.threshold, has, now.cache, step);
    }

    /// What came about since the last call.
    List<VmHappening> news() {
        var news = new ArrayList<VmHappening>();
        view().ifPresent(it -> addNews(it, news));
        Bytes newest = seen.cache;
        if (!newest.equals(cache) && !newest.equals(Bytes.ZERO)) {
            cache = newest;
            news.add(new CacheChanged(newest));
        }
        return news;
    }

    private void addNews(VmView view, List<VmHappening> news) {
        var why = view.state().why();
        if (!why.wanted().equals(wanted)) {
            wanted = why.wanted();
            news.add(new Wanted(wanted, why.reason().text()));
        }
        for (VmView.Note note : view.recent())
            if (note.at().isAfter(notedAt)) {
                notedAt = note.at();
                // What it has is told with more than words.
                if (!note.what().startsWith("has ")) news.add(new Noted(note.what()));
            }
        if (!why.has().equals(has)) {
            news.add(new Resized(has, why.has()));
            has = why.has();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
