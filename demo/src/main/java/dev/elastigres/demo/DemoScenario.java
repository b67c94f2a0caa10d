package dev.elastigres.demo;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.demo.DemoEvent.Failed;
import dev.elastigres.demo.DemoEvent.KeptRunning;
import dev.elastigres.demo.EventJournal.JournalEntry;
import dev.elastigres.harness.MonitorProcess;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// The steps of the demo. Only its thread reads the journal and writes to the view.
final class DemoScenario {
    private static final Duration FRAME = Duration.ofMillis(100);

    private final DemoScript script;
    private final DemoView view;
    private final EventJournal journal;
    private final boolean keep;
    private final DemoStatistics statistics = new DemoStatistics();
    private final Moment began = now();
    private Moment shownAt = began;
    private volatile boolean stopping;

    DemoScenario(DemoScript script, DemoView view, EventJournal journal, boolean keep) {
        this.script = script;
        this.view = view;
        this.journal = journal;
        this.keep = keep;
    }

    /// The parts of a running demo.
    record DemoParticipants(
            MemoryProbe memory,
            DemoMachine machine,
            MonitorFollower follower,
            QueryLoad load,
            DemoWorkers workers,
            MonitorProcess monitor) {

        DemoSnapshot gauge(String step) {
            return new DemoSnapshot(
                    memory.used(), memory.threshold(), machine.size(), follower.cache(), step);
        }
    }

    void stop() {
        stopping = true;
    }

    /// Shows an event of the preparation.
    void report(DemoEvent event) throws StoppedException {
        take(new JournalEntry(now(), event));
        if (stopping) throw new StoppedException();
    }

    /// Plays all steps. With `--keep`, waits afterwards until the demo is stopped.
    ///
    /// @param staying the event that is shown while it waits
    DemoSummary play(DemoParticipants parts, KeptRunning staying)
            throws DemoException, StoppedException, InterruptedException {
        try {
            runSteps(parts);
        } catch (DemoException e) {
            var failure = new DemoException(e.line() + hint(parts.monitor()));
            if (keep) keepRunning(parts, new Failed(failure), staying);
            throw failure;
        }
        DemoSummary summary = statistics.summary(now().since(began));
        view.ended(summary);
        if (keep) keepRunning(parts, staying);
        return summary;
    }

    private static String hint(MonitorProcess monitor) {
        return "; the monitor's newest log line is " + monitor.lastLine();
    }

    private void runSteps(DemoParticipants parts)
            throws DemoException, StoppedException, InterruptedException {
        await(parts, "the monitor confirms the machine's size", statistics::isConfirmed);
        look(parts, "calm");

        parts.workers().start("load", parts.load()::run);
        await(parts, "the load grows", statistics::isFull);
        await(parts, "the monitor requests memory", statistics::hasMeasuredRequest);
        await(parts, "the cache setting grows", statistics::hasCacheGrown);
        look(parts, "the load holds its memory");
        await(parts, "a downscale under load is refused", statistics::hasRefusal);

        parts.load().release();
        await(parts, "the load ends", statistics::isUnloaded);
        MachineSizes scale = script.agent().scale();
        Bytes min = scale.memory(scale.min());
        await(parts, "downscales are granted", () -> statistics.machineHas(min));
        await(parts, "the cache setting shrinks", statistics::isCacheRestored);
    }

    private void await(DemoParticipants parts, String step, BooleanSupplier done)
            throws DemoException, StoppedException, InterruptedException {
        Moment begun = now();
        while (!done.getAsBoolean()) {
            if (now().since(begun).compareTo(script.stepTimeout()) > 0
                    || now().since(began).compareTo(script.timeout()) > 0)
                throw new DemoException(
                        "this did not happen within %d s: %s"
                                .formatted(now().since(begun).toSeconds(), step));
            live(parts, step);
        }
    }

    private void look(DemoParticipants parts, String step)
            throws DemoException, StoppedException, InterruptedException {
        Moment end = now().plus(script.calm());
        while (now().isBefore(end)) live(parts, step);
    }

    private void keepRunning(DemoParticipants parts, DemoEvent... last)
            throws InterruptedException {
        try {
            for (DemoEvent event : last) report(event);
            while (true) live(parts, "kept");
        } catch (StoppedException _) {
            // The demo was stopped as requested.
        } catch (DemoException e) {
            take(new JournalEntry(now(), new Failed(e)));
        }
    }

    /// Handles the next event and updates the display.
    private void live(DemoParticipants parts, String step)
            throws DemoException, StoppedException, InterruptedException {
        if (stopping) throw new StoppedException();
        JournalEntry entry = journal.next(FRAME);
        if (entry != null) {
            if (entry.event() instanceof Failed(DemoException why)) throw why;
            take(entry);
        }
        Moment now = now();
        if (now.since(shownAt).compareTo(FRAME) < 0) return;
        shownAt = now;
        view.gauge(now.since(began), parts.gauge(step));
    }

    private void take(JournalEntry entry) {
        statistics.add(entry.event());
        view.happened(entry.at().since(began), entry.event());
    }
}
