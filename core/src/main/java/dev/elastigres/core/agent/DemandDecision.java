package dev.elastigres.core.agent;

import dev.elastigres.core.agent.Event.MetricsRead;
import dev.elastigres.core.agent.Event.OomKilled;
import dev.elastigres.core.agent.Event.UpscaleRequested;
import dev.elastigres.core.agent.MonitorState.Present;
import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// Applies the events that show what a VM needs: its metrics, urgent requests of its monitor, and
/// kills because memory ran out.
final class DemandDecision {
    private DemandDecision() {}

    // ---- metrics

    static void read(MetricsRead read, AgentStepBuilder step) {
        State state = step.state();
        DemandHistory history = state.demand().history();
        // A newer page arrived first.
        if (history.goal().isPresent() && read.at().isBefore(history.readAt())) return;
        Optional<ResizeSpan> span = state.driver().span();
        if (history.isOfAnotherSize(read.metrics()) && !isInOrAfter(span, history.readAt())) {
            // The resize that another party started may still be in progress.
            span = Optional.of(ResizeSpan.seen(span, read.at()));
            step.set(state.driver().withSpan(span));
            step.set(state.size().withLookAt(Optional.of(step.now())));
        }
        if (isOfResize(span, read.at())) {
            step.add(Transition.METRICS_DURING_RESIZE);
            return;
        }
        boolean counts =
                read.at().since(read.since()).compareTo(DemandHistory.MIN_CPU_INTERVAL) >= 0
                        && !isOfResize(span, read.since());
        VmMetrics metrics = counts ? read.metrics() : withoutCpu(read.metrics(), step);
        step.set(
                state.demand()
                        .with(
                                history.read(
                                        metrics, read.at(), state.limits(), step.rules(), span)));
    }

    /// Returns whether a resize is in progress or ended at `moment` or later.
    private static boolean isInOrAfter(Optional<ResizeSpan> span, Moment moment) {
        return span.isPresent() && (span.get().open() || !span.get().ended().isBefore(moment));
    }

    private static boolean isOfResize(Optional<ResizeSpan> span, Moment since) {
        return span.isPresent() && span.get().reaches(since);
    }

    private static VmMetrics withoutCpu(VmMetrics metrics, AgentStepBuilder step) {
        Optional<HostMetrics> host = metrics.host();
        if (host.isEmpty() || !(host.get().cpu() instanceof CpuFigures.Measured)) return metrics;
        step.add(Transition.CPU_FIGURES_DROPPED);
        return new VmMetrics(
                Optional.of(host.get().with(new CpuFigures.Pending())), metrics.windows());
    }

    // ---- urgent requests

    static void request(UpscaleRequested request, AgentStepBuilder step) {
        if (MonitorAgreementDecision.live(request.session(), step).isEmpty()) return;
        Resources min =
                request.min()
                        .filter(_ -> step.rules().statedSizes())
                        .map(it -> stated(it, step))
                        .orElseGet(() -> oneMoreUnit(requested(request, step.state()), step));
        step.set(
                step.state()
                        .demand()
                        .with(
                                UrgentUpscale.ask(
                                        min, step.now().plus(step.timing().urgentDuration()))));
        noteShortage(ResourceSet.in(min), step);
    }

    private static Resources stated(Resources size, AgentStepBuilder step) {
        Resources min = raisedBy(size, step.state());
        step.add(
                min.memory().equals(Bytes.ZERO)
                        ? Transition.URGENT_REQUEST_FOR_CPUS
                        : Transition.URGENT_REQUEST_WITH_SIZE);
        return min;
    }

    /// Returns what a request without an amount that counts raises: one unit more. With independent
    /// sizes it is one unit of the requested resources. A repeated request before the VM has grown
    /// is the same need, not another unit.
    private static Resources oneMoreUnit(ResourceSet requested, AgentStepBuilder step) {
        step.add(Transition.URGENT_REQUEST);
        State state = step.state();
        ResourceSet raised = step.affected(requested);
        return state.demand()
                .urgent()
                .map(UrgentUpscale::min)
                .filter(it -> !state.current().covers(it))
                .orElseGet(
                        () ->
                                raised.choose(
                                        usable(state).plus(state.limits().unit().times(1)),
                                        Resources.ZERO));
    }

    /// Returns the resources that a request is for: memory if it states nothing, since only a
    /// monitor of protocol v1.1 can request CPUs, and states them.
    private static ResourceSet requested(UpscaleRequested request, State state) {
        return request.min()
                .map(it -> ResourceSet.in(raisedBy(it, state)))
                .orElse(ResourceSet.MEMORY);
    }

    /// Returns what an urgent request raises. A request for one resource raises only that one. A
    /// request for CPUs also names the memory that the VM has, which raises nothing. No resource
    /// goes below what is usable now.
    private static Resources raisedBy(Resources stated, State state) {
        Resources used = usable(state);
        boolean cpus = stated.vcpus() > 0;
        boolean memory = used.memory().isLessThan(stated.memory());
        Resources whole = state.limits().wholeUnits(stated).max(used);
        return new Resources(
                cpus ? whole.vcpus() : 0,
                memory ? whole.memory() : cpus ? Bytes.ZERO : used.memory());
    }

    /// Returns the size that the monitor may use. It is below the VM's size if only page cache
    /// keeps the VM large.
    private static Resources usable(State state) {
        return state.monitor() instanceof Present present
                        && state.driver().retries().pageCache().isPresent()
                ? present.maxSize().min(state.current())
                : state.current();
    }

    // ---- kills

    /// A kill of a single process raises the floor like a kill of the whole VM: the same work would
    /// end in the same way. If the rest needs more at once, the metrics and the monitor show it.
    static void outOfMemory(AgentStepBuilder step) {
        killed(Optional.of(step.state().current().memory()), step.now(), step);
    }

    static void oomKilled(OomKilled kill, AgentStepBuilder step) {
        if (step.now().since(kill.at()).compareTo(MemoryFloor.KEPT) >= 0) return;
        killed(kill.limit(), kill.at(), step);
    }

    private static void killed(Optional<Bytes> limit, Moment at, AgentStepBuilder step) {
        step.add(Transition.OUT_OF_MEMORY);
        State state = step.state();
        MemoryFloor floor = MemoryFloor.after(limit, at, state.current().memory(), state.limits());
        step.set(state.demand().withOomKill(at).with(floor, step.now()));
        noteShortage(ResourceSet.MEMORY, step);
    }

    /// Lengthens the cooldown of each short resource that shrank a short time ago: the shrink is
    /// the likely cause of the shortage.
    ///
    /// @param lacking the resources that are short
    static void noteShortage(ResourceSet lacking, AgentStepBuilder step) {
        ShrinkBackoff shrink = step.state().shrink();
        CooldownRules rules = step.rules().cooldown();
        ResourceSet hurt = shrink.mayHaveHurt(step.affected(lacking), rules, step.now());
        if (hurt.isEmpty()) return;
        step.add(Transition.SHRINK_HURT);
        step.set(shrink.with(hurt, it -> it.hurt(rules, step.now())));
    }
}
