package dev.elastigres.core.monitor;

import dev.elastigres.core.monitor.Action.ConfirmUpscale;
import dev.elastigres.core.monitor.Action.RequestUpscale;
import dev.elastigres.core.monitor.Action.SetForecastHorizon;
import dev.elastigres.core.monitor.Action.WatchMemory;
import dev.elastigres.core.monitor.Event.DownscaleRequested;
import dev.elastigres.core.monitor.Event.MemoryObserved;
import dev.elastigres.core.monitor.Event.SessionStarted;
import dev.elastigres.core.monitor.Event.TimerFired;
import dev.elastigres.core.monitor.Event.UpscaleNotified;
import dev.elastigres.core.monitor.Event.UsageChanged;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.LongUnaryOperator;

/// Simulates a VM with given usage: the watcher's loop, the decisions and an agent, in virtual
/// time. It starts with one session and an announcement.
final class MonitorSimulation {

    /// Memory of the hypervisor that the kernel does not show.
    private static final Bytes HIDDEN = Bytes.ofMebibytes(60);

    /// Behaviour of the agent upon a request.
    ///
    /// @param delay time until the memory is present; empty if none arrives
    /// @param step amount added for a request
    /// @param announcedFirst whether the agent announces the memory before it is present, or after
    /// @param understandsShortage whether the agent understands the amount needed and the reason
    record SimulatedAgent(
            Optional<Duration> delay,
            Bytes step,
            boolean announcedFirst,
            boolean understandsShortage) {
        static final SimulatedAgent NEVER = new SimulatedAgent(Optional.empty(), Bytes.ZERO, false);

        SimulatedAgent(Optional<Duration> delay, Bytes step, boolean announcedFirst) {
            this(delay, step, announcedFirst, true);
        }
    }

    /// Load of the machine: each sample and each decision is late by up to `max`.
    record MachineLoad(Random random, Duration max) {
        static final MachineLoad NOT = new MachineLoad(new Random(0), Duration.ZERO);

        private long late() {
            return max.isZero() ? 0 : random.nextLong(max.toNanos());
        }
    }

    private record DueTask(long at, Runnable what) {}

    /// Observed events in their order; each threshold is crossed once.
    sealed interface SimulatedEvent {
        long at();

        record Request(long at, UpscaleReason reason) implements SimulatedEvent {}

        record MemoryArrival(long at, Bytes total) implements SimulatedEvent {}

        record Crossing(long at, Bytes threshold) implements SimulatedEvent {}

        record Answer(long at, String sentence) implements SimulatedEvent {}
    }

    final List<SimulatedEvent> events = new ArrayList<>();
    private final MonitorRules rules;
    private final SimulatedAgent agent;
    private final LongUnaryOperator usage;
    private final MachineLoad busy;
    private final UsageForecaster forecaster = new UsageForecaster(SamplingIntervalRules.DEFAULT);
    private final PriorityQueue<DueTask> dues =
            new PriorityQueue<>((one, other) -> Long.compare(one.at, other.at));

    private long session = 1;
    private State state;
    private Usage known = new Usage.Unsampled();
    private Bytes total;
    private long threshold;
    private long limit;
    private long unavailableLimit;
    private boolean wasTight;
    private long horizon;
    private boolean wasShort;
    private long crossed;
    private long now;
    private long sampleAt;
    long samples;

    /// Memory of other processes that cannot be freed; empty where the kernel does not report
    /// available memory.
    Optional<LongUnaryOperator> others = Optional.empty();

    /// Receives each sample before it is processed.
    Consumer<Usage> observer = _ -> {};

    /// @param usage usage in bytes at each nanosecond
    MonitorSimulation(
            MonitorRules rules, Bytes total, SimulatedAgent agent, LongUnaryOperator usage) {
        this(rules, total, agent, usage, MachineLoad.NOT);
    }

    MonitorSimulation(
            MonitorRules rules,
            Bytes total,
            SimulatedAgent agent,
            LongUnaryOperator usage,
            MachineLoad busy) {
        this.busy = busy;
        this.rules = rules;
        this.total = total;
        this.agent = agent;
        this.usage = usage;
        state = State.begin(total.minus(HIDDEN), new DatabaseState.Unmanaged(), rules);
        take(MonitorDecision.begin(state, known, rules, moment()));
        happens(new SessionStarted(session, agent.understandsShortage));
        announce();
    }

    void runUntil(Duration end) {
        while (true) {
            long next = sampleAt;
            if (!dues.isEmpty()) next = Math.min(next, dues.peek().at);
            if (state.wakeAt().isPresent()) next = Math.min(next, state.wakeAt().get().nanos());
            if (next > end.toNanos()) {
                now = Math.max(now, end.toNanos());
                return;
            }
            now = Math.max(now, next);
            if (!dues.isEmpty() && dues.peek().at <= now) dues.remove().what.run();
            else if (sampleAt <= now) sample();
            else happens(new TimerFired());
        }
    }

    State state() {
        return state;
    }

    private void sample() {
        samples++;
        long bytes = usage.applyAsLong(now);
        forecaster.add(now, bytes, threshold, horizon);
        known =
                new Usage.Known(
                        Bytes.of(forecaster.average()),
                        Bytes.of(bytes),
                        forecaster.size(),
                        moment(),
                        new UsageForecast(
                                Bytes.of(forecaster.forecast()),
                                Bytes.of(forecaster.rate()),
                                Bytes.ZERO),
                        machine(bytes));
        if (bytes >= threshold && threshold != crossed) {
            crossed = threshold;
            events.add(new SimulatedEvent.Crossing(now, Bytes.of(threshold)));
        }
        observer.accept(known);
        boolean isShort = forecaster.forecast() >= limit;
        if (isTight(known) != wasTight) {
            wasTight = !wasTight;
            decideLate(new UsageChanged());
        }
        if (isShort != wasShort) {
            wasShort = isShort;
            decideLate(new UsageChanged());
        }
        sampleAt = now + forecaster.nextIn() + busy.late();
    }

    private MachineMemory machine(long used) {
        if (others.isEmpty()) return new MachineMemory.Unreported();
        Bytes there = state.memory().observed();
        long held = others.get().applyAsLong(now);
        return new MachineMemory.Known(there, Bytes.of(used + held).min(there));
    }

    private boolean isTight(Usage usage) {
        return usage instanceof Usage.Known sampled
                && sampled.machine() instanceof MachineMemory.Known machine
                && machine.unavailable().value() >= unavailableLimit;
    }

    /// Requests a downscale, which is carried out if the monitor agrees.
    void shrink(long nanos, Bytes target) {
        dues.add(
                new DueTask(
                        nanos,
                        () ->
                                happens(
                                        new DownscaleRequested(
                                                session, 4, new Resources(1, target)))));
    }

    /// Starts a new session with a new agent, which announces the VM's size.
    void reconnect() {
        happens(new SessionStarted(++session, agent.understandsShortage));
        announce();
    }

    private void decideLate(Event event) {
        long late = busy.late();
        if (late == 0) happens(event);
        else dues.add(new DueTask(now + late, () -> happens(event)));
    }

    private void happens(Event event) {
        take(MonitorDecision.after(state, event, known, rules, moment()));
    }

    private void take(Step step) {
        state = step.state();
        for (Action action : step.actions()) {
            switch (action) {
                case WatchMemory(Bytes bytes, MemoryLimits limits) -> {
                    threshold = bytes.value();
                    limit = limits.used().value();
                    unavailableLimit = limits.unavailable().value();
                    sampleAt = now;
                }
                case SetForecastHorizon(Duration ahead) -> {
                    horizon = ahead.toNanos();
                    sampleAt = now;
                }
                case RequestUpscale(long _, UpscaleReason reason) -> {
                    events.add(new SimulatedEvent.Request(now, reason));
                    agent.delay.ifPresent(this::grant);
                }
                case ConfirmUpscale _ -> {}
                case Action.RefuseDownscale refuse ->
                        events.add(new SimulatedEvent.Answer(now, refuse.sentence()));
                case Action.AcceptDownscale agree -> {
                    events.add(new SimulatedEvent.Answer(now, agree.sentence()));
                    total = agree.target().memory();
                    Bytes left = total;
                    dues.add(new DueTask(now + 1_000_000_000, () -> observe(left)));
                }
                case Action.FitCache _, Action.RequestCpus _, Action.AnswerHealthCheck _ ->
                        throw new AssertionError("nobody wanted " + action);
            }
        }
    }

    private void grant(Duration delay) {
        long comes = now + delay.toNanos();
        // Memory arrives in two parts, and the announcement half way or soon after.
        long said = agent.announcedFirst ? now + delay.toNanos() / 2 : comes + 200_000_000;
        Bytes before = total;
        total = total.plus(agent.step);
        Bytes after = total;
        Bytes half = before.plus(agent.step.times(0.5));
        dues.add(new DueTask(said, this::announce));
        dues.add(new DueTask(comes - delay.toNanos() / 16, () -> observe(half)));
        dues.add(new DueTask(comes, () -> observe(after)));
    }

    private void announce() {
        happens(new UpscaleNotified(session, 2, new Resources(1, total)));
    }

    private void observe(Bytes hypervisor) {
        events.add(new SimulatedEvent.MemoryArrival(now, hypervisor));
        happens(new MemoryObserved(hypervisor.minus(HIDDEN)));
    }

    private Moment moment() {
        return new Moment(now);
    }
}
