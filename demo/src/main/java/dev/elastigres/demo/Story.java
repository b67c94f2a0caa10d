package dev.elastigres.demo;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.demo.Happening.Broke;
import dev.elastigres.demo.Happening.Staying;
import dev.elastigres.demo.Journal.Entry;
import dev.elastigres.harness.MonitorProcess;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/// What the demo shows, step by step. Its thread alone reads the journal and writes to the view.
final class Story {
    private static final Duration FRAME = Duration.ofMillis(100);

    private final Script script;
    private final View view;
    private final Journal journal;
    private final boolean keep;
    private final Tally tally = new Tally();
    private final Moment began = now();
    private Moment shownAt = began;
    private volatile boolean stopping;

    Story(Script script, View view, Journal journal, boolean keep) {
        this.script = script;
        this.view = view;
        this.journal = journal;
        this.keep = keep;
    }

    /// Who takes part.
    record Stage(
            MemoryProbe memory,
            Machine machine,
            Follower follower,
            Load load,
            Crew crew,
            MonitorProcess monitor) {

        Gauge gauge(String step) {
            return new Gauge(
                    memory.used(), memory.threshold(), machine.size(), follower.cache(), step);
        }
    }

    private static Moment now() {
        return new Moment(System.nanoTime());
    }

    void stop() {
        stopping = true;
    }

    /// For what happens before the play.
    void tell(Happening happening) throws StoppedException {
        take(new Entry(now(), happening));
        if (stopping) throw new StoppedException();
    }

    /// The play, and what follows where all is kept.
    ///
    /// @param staying what is told then
    Summary play(Stage stage, Staying staying)
            throws DemoException, StoppedException, InterruptedException {
        try {
            act(stage);
        } catch (DemoException e) {
            var failure = new DemoException(e.line() + hint(stage.monitor()));
            if (keep) stay(stage, new Broke(failure), staying);
            throw failure;
        }
        Summary summary = tally.summary(now().since(began));
        view.ended(summary);
        if (keep) stay(stage, staying);
        return summary;
    }

    private static String hint(MonitorProcess monitor) {
        return "; the monitor's newest log line is " + monitor.lastLine();
    }

    private void act(Stage stage) throws DemoException, StoppedException, InterruptedException {
        await(stage, "the monitor confirms the machine's size", tally::isConfirmed);
        look(stage, "calm");

        stage.crew().start("load", stage.load()::run);
        await(stage, "the load grows", tally::isFull);
        await(stage, "the monitor asks for more", tally::hasMeasuredRequest);
        await(stage, "the cache setting follows up", tally::cacheHasFollowedUp);
        look(stage, "the load holds its memory");
        await(stage, "a downscale under load is refused", tally::hasRefusal);

        stage.load().release();
        await(stage, "the load ends", tally::isUnloaded);
        Scale scale = script.agent().scale();
        Bytes least = scale.memory(scale.min());
        await(stage, "downscales are granted", () -> tally.machineHas(least));
        await(stage, "the cache setting follows down", tally::cacheIsBack);
    }

    private void await(Stage stage, String step, BooleanSupplier done)
            throws DemoException, StoppedException, InterruptedException {
        Moment begun = now();
        while (!done.getAsBoolean()) {
            if (now().since(begun).compareTo(script.patience()) > 0
                    || now().since(began).compareTo(script.limit()) > 0)
                throw new DemoException(
                        "this did not happen within %d s: %s"
                                .formatted(now().since(begun).toSeconds(), step));
            live(stage, step);
        }
    }

    private void look(Stage stage, String step)
            throws DemoException, StoppedException, InterruptedException {
        Moment end = now().plus(script.calm());
        while (now().isBefore(end)) live(stage, step);
    }

    private void stay(Stage stage, Happening... last) throws InterruptedException {
        try {
            for (Happening happening : last) tell(happening);
            while (true) live(stage, "kept");
        } catch (StoppedException _) {
            // As it was told.
        } catch (DemoException e) {
            take(new Entry(now(), new Broke(e)));
        }
    }

    /// Takes the next thing that happens, and keeps the picture moving.
    private void live(Stage stage, String step)
            throws DemoException, StoppedException, InterruptedException {
        if (stopping) throw new StoppedException();
        Entry entry = journal.next(FRAME);
        if (entry != null) {
            if (entry.happening() instanceof Broke(DemoException why)) throw why;
            take(entry);
        }
        Moment now = now();
        if (now.since(shownAt).compareTo(FRAME) < 0) return;
        shownAt = now;
        view.gauge(now.since(began), stage.gauge(step));
    }

    private void take(Entry entry) {
        tally.add(entry.happening());
        view.happened(entry.at().since(began), entry.happening());
    }
}
