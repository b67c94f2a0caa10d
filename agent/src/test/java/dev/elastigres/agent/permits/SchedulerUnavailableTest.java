package dev.elastigres.agent.permits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.agent.Action;
import dev.elastigres.core.agent.Action.NotifyMonitor;
import dev.elastigres.core.agent.Action.ReadMetrics;
import dev.elastigres.core.agent.Action.ReadSize;
import dev.elastigres.core.agent.Action.RequestDownscale;
import dev.elastigres.core.agent.Action.RequestPermit;
import dev.elastigres.core.agent.Action.Resize;
import dev.elastigres.core.agent.AgentDecision;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.ResizeOutcome;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.daemon.settings.HostPort;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The real core and client, with a scheduler that is sometimes unavailable. The VM and its monitor
/// do what is requested at once.
@Timeout(30)
class SchedulerUnavailableTest {
    private static final ComputeUnit UNIT = ComputeUnit.DEFAULT;
    private static final ScalingRules RULES = ScalingRules.NEON;
    private static final long SESSION = 1;

    private Moment now = new Moment(0);
    private State state =
            State.begin(SizeLimits.of(UNIT, 1, 4), UNIT.times(2), UNIT.times(2), 1, RULES, now);

    @Test
    void aVmKeepsItsPermitAndMayShrinkWhileTheSchedulerIsAway() throws Exception {
        var scheduler = new FakeScheduler(0, UNIT.times(4));
        HostPort address = scheduler.address();
        try (var permits = new SchedulerClient(address, "default", Duration.ofSeconds(2))) {
            happens(permits, new Event.MonitorFound(SESSION));
            load(permits, 3);
            assertThat(state.current()).isEqualTo(UNIT.times(3));

            scheduler.close();
            load(permits, 4);
            assertThat(state.current()).isEqualTo(UNIT.times(3));
            assertThat(state.scheduler().permit()).isEqualTo(UNIT.times(3));
            assertThat(state.why().text())
                    .contains("cannot ask the scheduler at " + address + ": connection refused");

            load(permits, 1);
            assertThat(state.current()).isEqualTo(UNIT.times(1));
            load(permits, 2);
            assertThat(state.current()).isEqualTo(UNIT.times(1));

            try (var back = new FakeScheduler(address.port(), UNIT.times(4))) {
                load(permits, 2);
                assertThat(state.current()).isEqualTo(UNIT.times(2));
                assertThat(state.why().obstacle().text()).isEqualTo("nothing to do");
                // The scheduler receives the state that it missed.
                assertThat(back.requests.getFirst().lastPermit()).hasValue(UNIT.times(1));
            }
        }
    }

    @Test
    void limitsPermitToRequestedAndCurrentSize() throws Exception {
        try (var permits = new FixedPermits()) {
            permits.size = new Resources(9, Bytes.of(1));
            load(permits, 3);
            assertThat(state.current())
                    .isEqualTo(new Resources(UNIT.times(3).vcpus(), UNIT.times(2).memory()));
            assertThat(state.scheduler().permit()).isEqualTo(state.current());
        }
    }

    /// Keeps the load for twenty seconds.
    private void load(PermitSource permits, int units) throws InterruptedException {
        var host =
                new HostMetrics(
                        units * 0.9 * UNIT.vcpus(),
                        units * 0.9 * UNIT.vcpus(),
                        Bytes.ofGibibytes(1),
                        Bytes.ofMebibytes(900),
                        Bytes.ZERO,
                        new CpuFigures.Unavailable());
        for (int i = 0; i < 4; i++) {
            happens(
                    permits,
                    new Event.MetricsRead(
                            new VmMetrics(Optional.of(host), Optional.empty()), now, now));
            Moment next = now.plus(Duration.ofSeconds(5));
            while (!state.wakeAt().isAfter(next)) {
                now = state.wakeAt();
                happens(permits, new Event.TimerFired());
            }
            now = next;
        }
    }

    private void happens(PermitSource permits, Event first) throws InterruptedException {
        Queue<Event> events = new ArrayDeque<>();
        events.add(first);
        while (!events.isEmpty()) {
            Step step = AgentDecision.after(state, events.remove(), RULES, now);
            state = step.state();
            for (Action action : step.actions())
                if (!(action instanceof ReadMetrics)) events.add(done(permits, action));
        }
    }

    private Event done(PermitSource permits, Action action) throws InterruptedException {
        return switch (action) {
            case RequestPermit ask -> asked(permits, ask);
            case Resize(long id, Resources _, Resources to) ->
                    new Event.ResizeEnded(id, new ResizeOutcome.Done(to));
            case ReadSize() -> new Event.SizeObserved(state.current(), state.current());
            case NotifyMonitor tell -> new Event.UpscaleConfirmed(SESSION, tell.id());
            case RequestDownscale ask -> new Event.DownscaleAgreed(SESSION, ask.id());
            case ReadMetrics() -> throw new IllegalArgumentException("they come by themselves");
        };
    }

    private static Event asked(PermitSource permits, RequestPermit ask)
            throws InterruptedException {
        try {
            Permit permit =
                    permits.ask(
                            new PermitRequest(
                                    "pg",
                                    ask.id(),
                                    UNIT,
                                    ask.current(),
                                    ask.wanted(),
                                    ask.permit(),
                                    ask.urgent(),
                                    Optional.empty()));
            return new Event.PermitReceived(ask.id(), permit.size(), permit.moves());
        } catch (PermitException e) {
            return new Event.PermitRequestFailed(ask.id(), CauseChain.chain(e));
        }
    }

    /// Permits a fixed size for any request.
    private static final class FixedPermits implements PermitSource {
        private Resources size = Resources.ZERO;

        @Override
        public void join(String vm, Resources current) {}

        @Override
        public void leave(String vm) {}

        @Override
        public Permit ask(PermitRequest ask) {
            return new Permit(size, false);
        }

        @Override
        public void close() {}
    }
}
