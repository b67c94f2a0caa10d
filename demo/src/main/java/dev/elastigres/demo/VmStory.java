package dev.elastigres.demo;

import dev.elastigres.agent.worker.VmView;
import dev.elastigres.core.agent.Reason;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.demo.VmHappening.CacheChanged;
import dev.elastigres.demo.VmHappening.QueryEnded;
import dev.elastigres.demo.VmHappening.Resized;
import dev.elastigres.demo.VmHappening.StepBegan;
import dev.elastigres.demo.VmHappening.StepEnded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// What the demo in a VM shows, step by step. One thread looks, and tells.
final class VmStory {
    private static final Duration FRAME = Duration.ofMillis(100);

    private final VmScript script;
    private final View view;
    private final Moment began = now();
    private final List<VmStep> steps = new ArrayList<>();

    private Step step = new Step("", began, Resources.ZERO);
    private Bytes mostCache = Bytes.ZERO;
    private Optional<UnitSeconds> used = Optional.empty();

    /// The one that goes on.
    private static final class Step {
        final String name;
        final Moment begun;
        final Resources from;
        Optional<VmStep.Change> change = Optional.empty();

        Step(String name, Moment begun, Resources from) {
            this.name = name;
            this.begun = begun;
            this.from = from;
        }

        void resized(Moment now) {
            Duration after = now.since(begun);
            Duration first = change.map(VmStep.Change::first).orElse(after);
            change = Optional.of(new VmStep.Change(first, after));
        }
    }

    VmStory(VmScript script, View view) {
        this.script = script;
        this.view = view;
    }

    private static Moment now() {
        return new Moment(System.nanoTime());
    }

    void tell(VmHappening happening) {
        view.happened(now().since(began), happening);
    }

    /// The play, from an idle VM to one that is idle again.
    VmSummary play(VmWatch watch, VmLoad load) throws DemoException, InterruptedException {
        Moment begun = now();
        used = Optional.of(new UnitSeconds(script.unit(), script.least(), begun));

        begin("calm", watch);
        VmLoad.Pgbench steady = load.startSteady();
        Set<String> sessions = load.awaitSteadySessions();
        await(watch, () -> isKnown(watch));
        awaitSmall(watch);
        Resources calm = watch.has();
        Bytes calmCache = watch.cache();
        end(watch);

        begin("pgbench, full speed", watch);
        VmLoad.Pgbench rush = load.startRush();
        await(watch, () -> watch.has().vcpus() > calm.vcpus());
        look(watch, script.look());
        await(watch, () -> watch.cache().compareTo(calmCache) > 0);
        PgbenchReport rushed = rush.end();
        end(watch);

        begin("pgbench ends", watch);
        awaitSmall(watch);
        end(watch);

        begin("hungry query", watch);
        VmLoad.Query query = load.startQuery();
        await(watch, query::isOver);
        QueryEnded lived = query.result();
        tell(lived);
        if (step.change.isEmpty())
            throw new DemoException("the VM did not grow while the query did");
        end(watch);

        begin("query ends", watch);
        awaitSmall(watch);
        end(watch);

        sessions.removeAll(load.steadySessions());
        PgbenchReport all =
                steady.end().plus(rushed).plus(new PgbenchReport(0, 0, sessions.size()));
        Moment ended = now();
        double fixed = new UnitSeconds(script.unit(), script.most(), begun).until(ended);
        return new VmSummary(
                steps,
                all,
                lived,
                new VmSummary.Cache(calmCache, mostCache, watch.cache()),
                script.most(),
                used.orElseThrow().until(ended),
                fixed,
                ended.since(began));
    }

    /// The agent has a session with the monitor, and knows the VM's load.
    private static boolean isKnown(VmWatch watch) {
        Optional<VmView> vm = watch.view();
        return vm.isPresent()
                && vm.get().monitorVersion().isPresent()
                && !(vm.get().state().why().reason() instanceof Reason.NothingKnown)
                && !watch.cache().equals(Bytes.ZERO);
    }

    /// Waits until the VM is small and its cache fits; and for a while, until it is the least.
    private void awaitSmall(VmWatch watch) throws DemoException, InterruptedException {
        do {
            await(watch, () -> isSmall(watch));
            Moment end = now().plus(script.look());
            while (isSmall(watch) && !watch.has().equals(script.least()) && now().isBefore(end))
                live(watch);
        } while (!isSmall(watch));
    }

    /// And is to stay so.
    private boolean isSmall(VmWatch watch) {
        return script.small().covers(watch.has().max(watch.wanted()))
                && watch.cache().isLessThan(script.small().memory());
    }

    private void begin(String name, VmWatch watch) {
        step = new Step(name, now(), watch.has());
        tell(new StepBegan(name));
    }

    private void end(VmWatch watch) throws InterruptedException {
        live(watch);
        var ended =
                new VmStep(step.name, now().since(step.begun), step.from, watch.has(), step.change);
        steps.add(ended);
        tell(new StepEnded(ended));
    }

    private void await(VmWatch watch, BooleanSupplier done)
            throws DemoException, InterruptedException {
        while (!done.getAsBoolean()) {
            if (now().since(step.begun).compareTo(script.patience()) > 0)
                throw new DemoException(
                        "\"%s\" is not over after %d s; the agent says: the VM %s"
                                .formatted(
                                        step.name,
                                        script.patience().toSeconds(),
                                        watch.view()
                                                .map(it -> it.state().why().text())
                                                .orElse("was not found")));
            live(watch);
        }
    }

    private void look(VmWatch watch, Duration time) throws InterruptedException {
        Moment end = now().plus(time);
        while (now().isBefore(end)) live(watch);
    }

    /// Tells what is new, and keeps the picture moving.
    private void live(VmWatch watch) throws InterruptedException {
        for (VmHappening each : watch.news()) {
            if (each instanceof Resized(var _, Resources to)) {
                step.resized(now());
                used.ifPresent(it -> it.changed(to, now()));
            }
            if (each instanceof CacheChanged(Bytes to)) mostCache = mostCache.max(to);
            tell(each);
        }
        view.gauge(now().since(began), watch.gauge(step.name));
        Thread.sleep(FRAME);
    }
}
