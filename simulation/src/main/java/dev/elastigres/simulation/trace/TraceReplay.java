package dev.elastigres.simulation.trace;

import dev.elastigres.core.agent.Action;
import dev.elastigres.core.agent.AgentDecision;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.monitor.MemoryRules;
import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.CpuUsage;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.simulation.time.Timeline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.OptionalLong;

/// Replays a trace through the agent's core for one VM, with an ideal monitor and a host with
/// enough room. Time advances in steps of a second.
final class TraceReplay {
    private static final int METRICS_EVERY = 5;
    private static final long SESSION = 1;
    private static final MemoryRules MONITOR = MemoryRules.DEFAULT;

    /// Time after which a driver reports a partial resize, below the agent's timeout.
    private static final int MAX_RESIZE_SECONDS = 8;

    private static final Bytes KERNEL = Bytes.ofMebibytes(60);

    /// Weights of the kernel's load averages, for steps of a second.
    private static final double LOAD1_WEIGHT = 1 - Math.exp(-1.0 / 60);

    private static final double LOAD5_WEIGHT = 1 - Math.exp(-1.0 / 300);

    private final ScalingRules rules;
    private final PolicyMeter meter;
    private final WorkingSetModel windows = new WorkingSetModel();
    private final Timeline time = new Timeline();
    private final ArrayDeque<Event> events = new ArrayDeque<>();
    private State state;
    private final SimulatedResize resize;
    private OptionalLong resizing = OptionalLong.empty();
    private long resizeEnds;
    private long second;
    private Moment readAt = now();
    private double load1;
    private double load5;

    private TraceReplay(SizeLimits limits, ScalingRules rules, Prices prices, Resources size) {
        this.rules = rules;
        meter = new PolicyMeter(prices);
        resize = new SimulatedResize(size);
        state = State.begin(limits, size, size, 1, rules, now());
    }

    /// Returns the result of a replay that starts with the size that the first point needs, like a
    /// VM that was already running.
    static PolicyResult run(
            String policy, LoadTrace trace, SizeLimits limits, ScalingRules rules, Prices prices) {
        TracePoint first = trace.samples().getFirst();
        Bytes memory = needed(first).max(first.memory().plus(first.workingSet()));
        int units = limits.unit().covering(new Resources(first.cpus(), memory));
        var replay = new TraceReplay(limits, rules, prices, limits.size(units));
        replay.events.add(new Event.MonitorFound(SESSION));
        long begin = trace.samples().getFirst().second();
        for (int i = 0; i + 1 < trace.samples().size(); i++)
            while (begin + replay.second < trace.samples().get(i + 1).second())
                replay.second(trace.samples().get(i));
        return replay.meter.result(policy, rules.goal().shape());
    }

    private Moment now() {
        return new Moment(Duration.ofSeconds(second).toNanos());
    }

    private void second(TracePoint wanted) {
        double runnable = runnable(wanted);
        load1 += (runnable - load1) * LOAD1_WEIGHT;
        load5 += (runnable - load5) * LOAD5_WEIGHT;
        windows.second(second, wanted.workingSet());
        time.runTo(Duration.ofSeconds(second));
        continueResize();
        watch(wanted);
        if (second % METRICS_EVERY == 0) readMetrics(wanted);
        if (!now().isBefore(state.wakeAt())) events.add(new Event.TimerFired());
        for (Event event = events.poll(); event != null; event = events.poll()) {
            Step step = AgentDecision.after(state, event, rules, now());
            state = step.state();
            for (Action action : step.actions()) act(action, wanted);
        }
        meter.second(resize.current(), wanted);
        second++;
    }

    private void readMetrics(TracePoint wanted) {
        events.add(new Event.MetricsRead(metrics(wanted), readAt, now()));
        readAt = now();
    }

    private void watch(TracePoint wanted) {
        Bytes threshold = MONITOR.threshold(MONITOR.usable(resize.current().memory()));
        if (wanted.memory().isLessThan(threshold)) return;
        var min = new Resources(0, needed(wanted));
        events.add(new Event.UpscaleRequested(SESSION, Optional.of(min)));
    }

    /// Returns the memory with which the monitor would not be short.
    private static Bytes needed(TracePoint wanted) {
        return wanted.memory()
                .plus(MONITOR.downscaleBuffer())
                .times(1 / (1 - MONITOR.overhead()))
                .plus(MONITOR.reserve())
                .plus(Bytes.ofMebibytes(1));
    }

    /// Returns the number of CPUs that could be busy now, with arriving and waiting work.
    private double runnable(TracePoint demand) {
        return demand.cpus() + meter.backlog();
    }

    private VmMetrics metrics(TracePoint wanted) {
        Resources size = resize.current();
        Bytes total = size.memory().minus(KERNEL);
        Bytes free = total.minus(wanted.memory());
        double runnable = runnable(wanted);
        double pressure = runnable > size.vcpus() ? 1 - size.vcpus() / runnable : 0;
        var host =
                new HostMetrics(
                        load1,
                        load5,
                        total,
                        free,
                        wanted.workingSet().min(free),
                        new CpuFigures.Measured(
                                new CpuUsage(Math.min(runnable, size.vcpus()), pressure)));
        return new VmMetrics(Optional.of(host), Optional.of(windows.windows()));
    }

    private void act(Action action, TracePoint wanted) {
        switch (action) {
            case Action.RequestPermit ask ->
                    events.add(new Event.PermitReceived(ask.id(), ask.wanted(), false));
            case Action.Resize(long id, Resources _, Resources to) -> {
                resize.begin(to);
                resizing = OptionalLong.of(id);
                resizeEnds = second + MAX_RESIZE_SECONDS;
                meter.resized();
            }
            case Action.ReadSize() ->
                    events.add(new Event.SizeObserved(resize.current(), resize.target()));
            case Action.ReadMetrics() -> readMetrics(wanted);
            case Action.NotifyMonitor(long session, long id, Resources _) ->
                    after(1, () -> events.add(new Event.UpscaleConfirmed(session, id)));
            case Action.RequestDownscale(long session, long id, Resources target) ->
                    events.add(answer(session, id, target, wanted));
        }
    }

    private static Event answer(long session, long id, Resources target, TracePoint wanted) {
        Bytes needed = needed(wanted);
        return target.memory().isLessThan(needed)
                ? new Event.DownscaleRefused(
                        session, id, Optional.of(new Resources(0, needed)), "too much is used")
                : new Event.DownscaleAgreed(session, id);
    }

    /// Advances the resize like a driver: reports when the size is reached, or how far it came
    /// within its time.
    private void continueResize() {
        resize.second();
        if (resizing.isEmpty() || (!resize.isDone() && second < resizeEnds)) return;
        ResizeOutcome outcome =
                resize.isDone()
                        ? new ResizeOutcome.Done(resize.current())
                        : new ResizeOutcome.Partial(resize.current(), Optional.empty());
        events.add(new Event.ResizeEnded(resizing.getAsLong(), outcome));
        resizing = OptionalLong.empty();
    }

    private void after(long seconds, Runnable what) {
        time.after(Duration.ofSeconds(seconds), what);
    }
}
