package dev.elastigres.demo;

import dev.elastigres.agent.monitor.LinkException;
import dev.elastigres.agent.monitor.MonitorLink;
import dev.elastigres.agent.monitor.MonitorLink.Received;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.demo.AgentStep.AskToShrink;
import dev.elastigres.demo.AgentStep.CheckHealth;
import dev.elastigres.demo.AgentStep.GiveUp;
import dev.elastigres.demo.AgentStep.Grant;
import dev.elastigres.demo.AgentStep.Wait;
import dev.elastigres.demo.Happening.Confirmed;
import dev.elastigres.demo.Happening.CrossingForeseen;
import dev.elastigres.demo.Happening.DownscaleGranted;
import dev.elastigres.demo.Happening.DownscaleRefused;
import dev.elastigres.demo.Happening.DownscaleRequested;
import dev.elastigres.demo.Happening.Healthy;
import dev.elastigres.demo.Happening.Resized;
import dev.elastigres.demo.Happening.UpscaleRequested;
import dev.elastigres.protocol.monitor.AgentMessage.DownscaleRequest;
import dev.elastigres.protocol.monitor.AgentMessage.HealthCheck;
import dev.elastigres.protocol.monitor.AgentMessage.UpscaleNotification;
import dev.elastigres.protocol.monitor.MonitorMessage;
import dev.elastigres.protocol.monitor.MonitorMessage.DownscaleResult;
import dev.elastigres.protocol.monitor.MonitorMessage.InternalError;
import dev.elastigres.protocol.monitor.MonitorMessage.InvalidMessage;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleConfirmation;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleRequest;
import dev.elastigres.protocol.monitor.MonitorMessage.Wanted;
import java.time.Duration;
import java.util.Optional;

/// An agent for one machine, and the only owner of its size: [AgentState] says what to do, this
/// does it. It grants all that is asked for, up to the scale's end.
final class Agent {
    /// So long may a crossing that was foreseen stay untold.
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    private final AgentRules rules;
    private final MonitorLink monitor;
    private final Machine machine;
    private final MemoryProbe memory;
    private final Journal journal;

    private AgentState state;

    Agent(
            AgentRules rules,
            MonitorLink monitor,
            Machine machine,
            MemoryProbe memory,
            Journal journal) {
        this.rules = rules;
        this.monitor = monitor;
        this.machine = machine;
        this.memory = memory;
        this.journal = journal;
        state = AgentState.begin(machine.units(), rules, now());
    }

    /// Runs until it is interrupted.
    ///
    /// @throws LinkException when the session with the monitor cannot go on
    void run() throws InterruptedException, LinkException, DemoException {
        while (true) {
            Moment now = now();
            Optional<Duration> ahead = memory.crossings().takeForeseen();
            if (ahead.isPresent()) journal.add(new CrossingForeseen(ahead.get()));
            switch (state.next(rules, now)) {
                case Grant(int units) -> grant(units, now);
                case AskToShrink(int units) -> askToShrink(units, now);
                case CheckHealth() -> checkHealth(now);
                case Wait(Moment until) -> {
                    Received received = monitor.receive(patience(until, now));
                    if (received != null) take(received.message(), received.at());
                }
                case GiveUp(String why) -> throw new LinkException(why);
            }
        }
    }

    private static Moment now() {
        return new Moment(System.nanoTime());
    }

    private static Duration patience(Moment until, Moment now) {
        Duration left = until.since(now);
        if (left.isNegative()) return Duration.ZERO;
        return left.compareTo(LOOK_EVERY) < 0 ? left : LOOK_EVERY;
    }

    /// First the machine grows, then the monitor hears of it.
    private void grant(int units, Moment now)
            throws InterruptedException, LinkException, DemoException {
        if (units != machine.units()) resize(units);
        long id = monitor.nextId();
        monitor.send(new UpscaleNotification(id, rules.scale().of(units)));
        state = state.granted(id, units, now);
    }

    private void askToShrink(int units, Moment now) throws InterruptedException, LinkException {
        journal.add(new DownscaleRequested(rules.scale().memory(units)));
        long id = monitor.nextId();
        monitor.send(new DownscaleRequest(id, rules.scale().of(units)));
        state = state.asked(id, units, now);
    }

    private void checkHealth(Moment now) throws InterruptedException, LinkException {
        long id = monitor.nextId();
        monitor.send(new HealthCheck(id));
        state = state.checkedHealth(id, rules, now);
    }

    private void resize(int units) throws InterruptedException, DemoException {
        int before = machine.units();
        machine.resize(units);
        Bytes from = rules.scale().memory(before);
        journal.add(new Resized(from, rules.scale().memory(units), units));
    }

    private void take(MonitorMessage message, Moment at)
            throws InterruptedException, LinkException, DemoException {
        switch (message) {
            case UpscaleRequest(long id, Wanted wanted) -> {
                Optional<Duration> afterCrossing =
                        memory.crossings().asked(memory.used(), memory.threshold(), at);
                journal.add(
                        new UpscaleRequested(
                                id,
                                memory.used(),
                                memory.threshold(),
                                wanted.memory(),
                                afterCrossing));
                state = state.asksForMore(rules, at);
            }
            case UpscaleConfirmation(long id, var _) -> {
                if (!state.awaits(id)) return;
                journal.add(new Confirmed(rules.scale().memory(state.units())));
                state = state.confirmed(rules, at);
            }
            case DownscaleResult(long id, boolean ok, String status, var _) -> {
                if (state.awaits(id)) settle(ok, status, at);
            }
            case MonitorMessage.HealthCheck(long id, var _) -> {
                Optional<Duration> took = state.sinceCheck(id, at);
                if (took.isEmpty()) return;
                journal.add(new Healthy(took.get()));
                state = state.isHealthy();
            }
            case InvalidMessage(long _, String error) ->
                    throw new LinkException("the monitor cannot read a message: " + error);
            case InternalError(long _, String error) ->
                    throw new LinkException("the monitor failed at a message: " + error);
        }
    }

    /// Only after the monitor's consent the machine gets smaller.
    private void settle(boolean ok, String status, Moment at)
            throws InterruptedException, DemoException {
        int asked = state.question().orElseThrow().units();
        Bytes target = rules.scale().memory(asked);
        if (ok) {
            journal.add(new DownscaleGranted(target, status));
            resize(asked);
            state = state.shrunk(asked, rules, at);
        } else {
            journal.add(new DownscaleRefused(target, status));
            state = state.refused(rules, at);
        }
    }
}
