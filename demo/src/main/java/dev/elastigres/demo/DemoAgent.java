package dev.elastigres.demo;

import static dev.elastigres.daemon.thread.MonotonicClock.now;

import dev.elastigres.agent.monitor.MonitorConnection;
import dev.elastigres.agent.monitor.MonitorConnection.ReceivedMessage;
import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.demo.DemoAgentStep.AskToShrink;
import dev.elastigres.demo.DemoAgentStep.CheckHealth;
import dev.elastigres.demo.DemoAgentStep.GiveUp;
import dev.elastigres.demo.DemoAgentStep.Grant;
import dev.elastigres.demo.DemoAgentStep.Wait;
import dev.elastigres.demo.DemoEvent.Confirmed;
import dev.elastigres.demo.DemoEvent.CrossingForeseen;
import dev.elastigres.demo.DemoEvent.DownscaleGranted;
import dev.elastigres.demo.DemoEvent.DownscaleRefused;
import dev.elastigres.demo.DemoEvent.DownscaleRequested;
import dev.elastigres.demo.DemoEvent.Healthy;
import dev.elastigres.demo.DemoEvent.Resized;
import dev.elastigres.demo.DemoEvent.UpscaleRequested;
import dev.elastigres.protocol.monitor.AgentMessage.DownscaleRequest;
import dev.elastigres.protocol.monitor.AgentMessage.HealthCheck;
import dev.elastigres.protocol.monitor.AgentMessage.UpscaleNotification;
import dev.elastigres.protocol.monitor.MonitorMessage;
import dev.elastigres.protocol.monitor.MonitorMessage.DownscaleResult;
import dev.elastigres.protocol.monitor.MonitorMessage.InternalError;
import dev.elastigres.protocol.monitor.MonitorMessage.InvalidMessage;
import dev.elastigres.protocol.monitor.MonitorMessage.NeedDetails;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleConfirmation;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleRequest;
import java.time.Duration;
import java.util.Optional;

/// An agent for one machine. It alone changes the machine's size. [DemoAgentState] decides, this
/// class executes. It grants every request up to the machine's maximum.
final class DemoAgent {
    /// Maximum delay before a foreseen crossing is reported.
    private static final Duration POLL = Duration.ofMillis(200);

    private final DemoAgentRules rules;
    private final MonitorConnection monitor;
    private final DemoMachine machine;
    private final MemoryProbe memory;
    private final EventJournal journal;

    private DemoAgentState state;

    DemoAgent(
            DemoAgentRules rules,
            MonitorConnection monitor,
            DemoMachine machine,
            MemoryProbe memory,
            EventJournal journal) {
        this.rules = rules;
        this.monitor = monitor;
        this.machine = machine;
        this.memory = memory;
        this.journal = journal;
        state = DemoAgentState.begin(machine.units(), rules, now());
    }

    /// Runs until the thread is interrupted.
    ///
    /// @throws MonitorConnectionException if the session with the monitor fails
    void run() throws InterruptedException, MonitorConnectionException, DemoException {
        while (true) {
            Moment now = now();
            Optional<Duration> ahead = memory.crossings().takeForeseen();
            if (ahead.isPresent()) journal.add(new CrossingForeseen(ahead.get()));
            switch (state.next(rules, now)) {
                case Grant(int units) -> grant(units, now);
                case AskToShrink(int units) -> askToShrink(units, now);
                case CheckHealth() -> checkHealth(now);
                case Wait(Moment until) -> {
                    ReceivedMessage received = monitor.receive(waitTime(until, now));
                    if (received != null) take(received.message(), received.at());
                }
                case GiveUp(String why) -> throw new MonitorConnectionException(why);
            }
        }
    }

    private static Duration waitTime(Moment until, Moment now) {
        Duration left = until.since(now);
        if (left.isNegative()) return Duration.ZERO;
        return left.compareTo(POLL) < 0 ? left : POLL;
    }

    /// Resizes the machine first, then notifies the monitor.
    private void grant(int units, Moment now)
            throws InterruptedException, MonitorConnectionException, DemoException {
        if (units != machine.units()) resize(units);
        long id = monitor.nextId();
        monitor.send(new UpscaleNotification(id, rules.scale().of(units)));
        state = state.granted(id, units, now);
    }

    private void askToShrink(int units, Moment now)
            throws InterruptedException, MonitorConnectionException {
        journal.add(new DownscaleRequested(rules.scale().memory(units)));
        long id = monitor.nextId();
        monitor.send(new DownscaleRequest(id, rules.scale().of(units)));
        state = state.withRequest(id, units, now);
    }

    private void checkHealth(Moment now) throws InterruptedException, MonitorConnectionException {
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
            throws InterruptedException, MonitorConnectionException, DemoException {
        switch (message) {
            case UpscaleRequest(long id, NeedDetails wanted) -> {
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
                    throw new MonitorConnectionException(
                            "the monitor cannot read a message: " + error);
            case InternalError(long _, String error) ->
                    throw new MonitorConnectionException(
                            "the monitor failed at a message: " + error);
        }
    }

    /// Handles the answer to a downscale request. The machine shrinks only after the monitor's
    /// consent.
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
