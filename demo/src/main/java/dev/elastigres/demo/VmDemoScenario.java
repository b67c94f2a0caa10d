package dev.elastigres.demo;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.SizeReason;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.demo.VmDemoEvent.CacheChanged;
import dev.elastigres.demo.VmDemoEvent.QueryEnded;
import dev.elastigres.demo.VmDemoEvent.Resized;
import dev.elastigres.demo.VmDemoEvent.StepBegan;
import dev.elastigres.demo.VmDemoEvent.StepEnded;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// The steps of the demo in a VM. One thread observes the VM and writes to the view.
final class VmDemoScenario {
    private static final Duration FRAME = Duration.ofMillis(100);

    private final VmDemoScript script;
    private final DemoView view;
    private final Moment began = now();
    private final List<VmDemoStep> steps = new ArrayList<>();

    private OpenStep step = new OpenStep("", began, Resources.ZERO);
    private Bytes maxCache = Bytes.ZERO;
    private Optional<UnitSeconds> used = Optional.empty();

    /// The step in progress.
    private static final class OpenStep {
        final String name;
        final Moment begun;
        final Resources from;
        Optional<VmDemoStep.ResizeStep> change = Optional.empty();

        OpenStep(String name, Moment begun, Resources from) {
            this.name = name;
            this.begun = begun;
            this.from = from;
        }

        void resized(Moment now) {
            Duration after = now.since(begun);
            Duration first = change.map(VmDemoStep.ResizeStep::first).orElse(after);
            change = Optional.of(new VmDemoStep.ResizeStep(first, after));
        }
    }

    VmDemoScenario(VmDemoScript script, DemoView view) {
        this.script = script;
        this.view = view;
    }

    void report(VmDemoEvent happening) {
        view.happened(now().since(began), happening);
    }

    /// Plays all steps, from an idle VM to one that is idle again.
    VmDemoSummary play(VmDemoWatcher watch, VmDemoLoad load)
            throws DemoException, InterruptedException {
        Moment begun = now();
        used = Optional.of(new UnitSeconds(script.unit(), script.min(), begun));

        begin("calm", watch);
        VmDemoLoad.PgbenchRun steady = load.startSteady();
        Set<String> sessions = load.awaitSteadySessions();
        await(watch, () -> isKnown(watch));
        awaitSmall(watch);
        Resources calm = watch.current();
        Bytes calmCache = watch.cache();
        end(watch);

        begin("pgbench, full speed", watch);
        VmDemoLoad.PgbenchRun rush = load.startRush();
        await(watch, () -> watch.current().vcpus() > calm.vcpus());
        look(watch, script.look());
        await(watch, () -> watch.cache().compareTo(calmCache) > 0);
        PgbenchReport rushed = rush.end();
        end(watch);

        begin("pgbench ends", watch);
        awaitSmall(watch);
        end(watch);

        begin("hungry query", watch);
        VmDemoLoad.GrowingQuery query = load.startQuery();
        await(watch, query::isOver);
        QueryEnded lived = query.result();
        report(lived);
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
        double fixed = new UnitSeconds(script.unit(), script.max(), begun).until(ended);
        return new VmDemoSummary(
                steps,
                all,
                lived,
                new VmDemoSummary.CacheSizes(calmCache, maxCache, watch.cache()),
                script.max(),
                used.orElseThrow().until(ended),
                fixed,
                ended.since(began));
    }

    /// Returns whether the agent has a session with the monitor and knows the VM's load.
    private static boolean isKnown(VmDemoWatcher watch) {
        Optional<VmStatus> vm = watch.view();
        return vm.isPresent()
                && vm.get().monitorVersion().isPresent()
                && !(vm.get().state().why().reason() instanceof SizeReason.NoMetrics)
                && !watch.cache().equals(Bytes.ZERO);
    }

    /// Waits until the VM is small and its cache fits. Then waits some time for the VM to reach
    /// its minimum size.
    private void awaitSmall(VmDemoWatcher watch) throws DemoException, InterruptedException {
        do {
            await(watch, () -> isSmall(watch));
            Moment end = now().plus(script.look());
            while (isSmall(watch) && !watch.current().equals(script.min()) && now().isBefore(end))
                live(watch);
        } while (!isSmall(watch));
    }

    /// Returns whether the VM is small, and the agent does not want it larger.
    private boolean isSmall(VmDemoWatcher watch) {
        return script.small().covers(watch.current().max(watch.wanted()))
                && watch.cache().isLessThan(script.small().memory());
    }

    private void begin(String name, VmDemoWatcher watch) {
        step = new OpenStep(name, now(), watch.current());
        report(new StepBegan(name));
    }

    private void end(VmDemoWatcher watch) throws InterruptedException {
        live(watch);
        var ended =
                new VmDemoStep(
                        step.name,
                        now().since(step.begun),
                        step.from,
                        watch.current(),
                        step.change);
        steps.add(ended);
        report(new StepEnded(ended));
    }

    private void await(VmDemoWatcher watch, BooleanSupplier done)
            throws DemoException, InterruptedException {
        while (!done.getAsBoolean()) {
            if (now().since(step.begun).compareTo(script.stepTimeout()) > 0)
                throw new DemoException(
                        "step \"%s\" did not end within %d s; the agent reports: the VM %s"
                                .formatted(
                                        step.name,
                                        script.stepTimeout().toSeconds(),
                                        watch.view()
                                                .map(it -> it.state().why().text())
                                                .orElse("was not found")));
            live(watch);
        }
    }

    private void look(VmDemoWatcher watch, Duration time) throws InterruptedException {
        Moment end = now().plus(time);
        while (now().isBefore(end)) live(watch);
    }

    /// Shows new events and updates the display.
    private void live(VmDemoWatcher watch) throws InterruptedException {
        for (VmDemoEvent each : watch.newEvents()) {
            if (each instanceof Resized(var _, Resources to)) {
                step.resized(now());
                used.ifPresent(it -> it.changed(to, now()));
            }
            if (each instanceof CacheChanged(Bytes to)) maxCache = maxCache.max(to);
            report(each);
        }
        view.gauge(now().since(began), watch.gauge(step.name));
        Thread.sleep(FRAME);
    }
}
