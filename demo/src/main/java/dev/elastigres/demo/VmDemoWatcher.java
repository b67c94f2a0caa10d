package dev.elastigres.demo;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.agent.worker.VmFleet;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.demo.VmDemoEvent.CacheChanged;
import dev.elastigres.demo.VmDemoEvent.Noted;
import dev.elastigres.demo.VmDemoEvent.Resized;
import dev.elastigres.demo.VmDemoEvent.Wanted;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.harness.MonitorStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Observes the VM through the agent, and Postgres through the monitor's status page.
final class VmDemoWatcher implements AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(1);

    private final VmFleet fleet;
    private final MonitorPages pages;
    private final Thread thread;
    private volatile MonitorReading seen = new MonitorReading(Bytes.ZERO, Bytes.MAX, Bytes.ZERO);

    private Instant notedAt = Instant.MIN;
    private Resources wanted;
    private Resources current;
    private Bytes cache = Bytes.ZERO;

    /// A reading of the monitor's status.
    ///
    /// @param used memory of Postgres
    private record MonitorReading(Bytes used, Bytes threshold, Bytes cache) {}

    /// @param min the VM's size at first
    VmDemoWatcher(VmFleet fleet, MonitorPages pages, Resources min) {
        this.fleet = fleet;
        this.pages = pages;
        wanted = min;
        current = min;
        thread = Thread.ofVirtual().name("monitor-status").start(this::follow);
    }

    private void follow() {
        try {
            while (true) {
                try {
                    var status = new MonitorStatus(pages.status());
                    // While a value is unknown, the last known reading stays.
                    if (status.isReady() && status.usageIsKnown())
                        seen =
                                new MonitorReading(
                                        status.lastUsage(), status.threshold(), status.cache());
                } catch (MonitorConnectionException _) {
                    // A busy guest may answer late; the next poll follows in a second.
                }
                Thread.sleep(PERIOD);
            }
        } catch (InterruptedException _) {
            // The watcher is being closed.
        }
    }

    Optional<VmStatus> view() {
        return fleet.view(DemoVm.NAME);
    }

    /// Returns the last observed size of the VM.
    Resources current() {
        return current;
    }

    /// Returns the size that the agent wants for the VM.
    Resources wanted() {
        return wanted;
    }

    Bytes cache() {
        return cache;
    }

    DemoSnapshot gauge(String step) {
        MonitorReading now = seen;
        return new DemoSnapshot(now.used, now.threshold, current, now.cache, step);
    }

    /// Returns the events since the last call.
    List<VmDemoEvent> newEvents() {
        var newEvents = new ArrayList<VmDemoEvent>();
        view().ifPresent(it -> addEvents(it, newEvents));
        Bytes newest = seen.cache;
        if (!newest.equals(cache) && !newest.equals(Bytes.ZERO)) {
            cache = newest;
            newEvents.add(new CacheChanged(newest));
        }
        return newEvents;
    }

    private void addEvents(VmStatus view, List<VmDemoEvent> newEvents) {
        var why = view.state().why();
        if (!why.wanted().equals(wanted)) {
            wanted = why.wanted();
            newEvents.add(new Wanted(wanted, why.reason().text()));
        }
        for (VmStatus.VmNote note : view.recent())
            if (note.at().isAfter(notedAt)) {
                notedAt = note.at();
                // A change of size is reported as [Resized] instead.
                if (!note.what().startsWith("has ")) newEvents.add(new Noted(note.what()));
            }
        if (!why.current().equals(current)) {
            newEvents.add(new Resized(current, why.current()));
            current = why.current();
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
