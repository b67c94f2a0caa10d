package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.demo.DemoEvent.Failed;
import dev.elastigres.demo.DemoEvent.Staying;
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

    private static Moment now() {
        return new Moment(System.nanoTime());
    }

    void stop() {
        stopping = true;
    }

    /// Shows an event of the preparation.
    void tell(DemoEvent event) throws StoppedException {
        take(new JournalEntry(now(), event));
        if (stopping) throw new StoppedException();
    }

    /// Plays all steps. With `--keep`, waits afterwards until the demo is stopped.
    ///
    /// @param staying the event that is shown while it waits
    DemoSummary play(DemoParticipants stage, Staying staying)
            throws DemoException, StoppedException, InterruptedException {
        try {
            act(stage);
        } catch (DemoException e) {
            var failure = new DemoException(e.line() + hint(stage.monitor()));
            if (keep) stay(stage, new Failed(failure), staying);
            throw failure;
        }
        DemoSummary summary = statistics.summary(now().since(began));
        view.ended(summary);
        if (keep) stay(stage, staying);
        return summary;
    }

    private static String hint(MonitorProcess monitor) {
        return "; the monitor's newest log line is " + monitor.lastLine();
    }

    private void act(DemoParticipants stage)
            throws DemoException, StoppedException, InterruptedException {
        await(stage, "the monitor confirms the machine's size", statistics::isConfirmed);
        look(stage, "calm");

        stage.workers().start("load", stage.load()::run);
        await(stage, "the load grows", statistics::isFull);
        await(stage, "the monitor asks for more", statistics::hasMeasuredRequest);
        await(stage, "the cache setting follows up", statistics::cacheHasFollowedUp);
        look(stage, "the load holds its memory");
        await(stage, "a downscale under load is refused", statistics::hasRefusal);

        stage.load().release();
        await(stage, "the load ends", statistics::isUnloaded);
        MachineSizes scale = script.agent().scale();
        Bytes min = scale.memory(scale.min());
        await(stage, "downscales are granted", () -> statistics.machineHas(min));
        await(stage, "the cache setting follows down", statistics::cacheIsBack);
    }

    private void await(DemoParticipants stage, String step, BooleanSupplier done)
            throws DemoException, StoppedException, InterruptedException {
        Moment begun = now();
        while (!done.getAsBoolean()) {
            if (now().since(begun).compareTo(script.patience()) > 0
                    || now().since(began).compareTo(script.timeout()) > 0)
                throw new DemoException(
                        "this did not happen within %d s: %s"
                                .formatted(now().since(begun).toSeconds(), step));
            live(stage, step);
        }
    }

    private void look(DemoParticipants stage, String step)
            throws DemoException, StoppedException, InterruptedException {
        Moment end = now().plus(script.calm());
        while (now().isBefore(end)) live(stage, step);
    }

    private void stay(DemoParticipants stage, DemoEvent... last) throws InterruptedException {
        try {
            for (DemoEvent event : last) tell(event);
            while (true) live(stage, "kept");
        } catch (StoppedException _) {
            // The demo was stopped as requested.
        } catch (DemoException e) {
            take(new JournalEntry(now(), new Failed(e)));
        }
    }

    /// Handles the next event and updates the display.
    private void live(DemoParticipants stage, String step)
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
        view.gauge(now.since(began), stage.gauge(step));
    }

    private void take(JournalEntry entry) {
        statistics.add(entry.event());
        view.happened(entry.at().since(began), entry.event());
    }
}
