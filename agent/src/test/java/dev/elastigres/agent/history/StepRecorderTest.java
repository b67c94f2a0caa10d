package dev.elastigres.agent.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.worker.VmStatus;
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
import dev.elastigres.page.ChartEvent;
import dev.elastigres.page.ChartPoint;
import dev.elastigres.page.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Records the decisions of the core about one VM.
class StepRecorderTest {
    private static final ComputeUnit UNIT = ComputeUnit.DEFAULT;
    private static final Instant BEGIN = Instant.parse("2026-11-22T10:00:03Z");

    private Duration passed = Duration.ZERO;
    private final FleetHistory history = FleetHistory.inMemory(() -> BEGIN.plus(passed));
    private State state =
            State.begin(
                    SizeLimits.of(UNIT, 1, 8),
                    UNIT.times(1),
                    UNIT.times(1),
                    1,
                    ScalingRules.ELASTIGRES,
                    new Moment(0));

    @Test
    void aGrowthIsAskedGrantedAndDone() {
        happens(metrics(0.9));
        long asked = state.nextId() - 1;
        happens(new Event.PermitReceived(asked, UNIT.times(4), false));
        long resize = state.nextId() - 1;
        happens(new Event.ResizeEnded(resize, new ResizeOutcome.Done(UNIT.times(4))));
        assertThat(events())
                .extracting(ChartEvent::kind)
                .containsSubsequence(
                        EventKind.ASKED, EventKind.DECIDED, EventKind.GRANTED, EventKind.RESIZED);
        assertThat(text(EventKind.ASKED)).isEqualTo("requested a permit for 1 CPU and 4GiB");
        assertThat(text(EventKind.GRANTED)).isEqualTo("is permitted 1 CPU and 4GiB");
        assertThat(text(EventKind.RESIZED))
                .startsWith("0.25 CPUs and 1GiB to 1 CPU and 4GiB: 4 units for");
        assertThat(text(EventKind.DECIDED))
                .startsWith("has 0.25 CPUs and 1GiB and should have 1 CPU and 4GiB")
                .endsWith("but waits for a permit for 1 CPU and 4GiB");
        assertThat(events()).extracting(ChartEvent::number).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void recordsOnePointPerTenSeconds() {
        happens(metrics(0.1));
        passed = Duration.ofSeconds(5);
        happens(metrics(0.2));
        passed = Duration.ofSeconds(7);
        happens(metrics(0.3));
        List<ChartPoint> points = history.of("db").recent();
        assertThat(points)
                .extracting(ChartPoint::at)
                .containsExactly(
                        Instant.parse("2026-11-22T10:00:00Z"),
                        Instant.parse("2026-11-22T10:00:10Z"));
        assertThat(points).extracting(ChartPoint::demandCpus).containsExactly(0.2, 0.3);
        ChartPoint last = points.getLast();
        assertThat(last.cpus()).isEqualTo(0.25);
        assertThat(last.memory()).isEqualTo(1L << 30);
        assertThat(last.used()).isEqualTo(224L << 20);
        assertThat(last.threshold()).isEqualTo(0.75 * (1L << 30));
    }

    /// Requests that are refused repeat every few seconds, and would displace everything else.
    @Test
    void aRefusalThatRepeatsIsOneEvent() {
        happens(metrics(0.9));
        for (int i = 0; i < 10; i++) {
            long asked = state.nextId() - 1;
            happens(
                    new Event.PermitReceived(
                            asked, UNIT.times(1), false, Optional.of("there is no room")));
            passed = passed.plusSeconds(3);
            happens(new Event.TimerFired());
        }
        assertThat(events())
                .filteredOn(it -> it.kind() == EventKind.REFUSED)
                .singleElement()
                .extracting(ChartEvent::text)
                .isEqualTo("is permitted 0.25 CPUs and 1GiB: there is no room");
        assertThat(events()).filteredOn(it -> it.kind() == EventKind.ASKED).hasSize(1);
    }

    /// A permit is renewed every few seconds.
    @Test
    void recordsNoEventForUnchangedPermit() {
        for (int i = 0; i < 30; i++) {
            passed = passed.plusSeconds(16);
            happens(metrics(0.1));
            happens(new Event.PermitReceived(state.nextId() - 1, UNIT.times(1), false));
        }
        assertThat(events()).filteredOn(it -> it.kind() == EventKind.GRANTED).isEmpty();
    }

    @Test
    void boundsPointsAndEvents() {
        for (int i = 0; i < 1_000; i++) {
            passed = passed.plusSeconds(10);
            happens(metrics(0.1));
            happens(new Event.MonitorFound(i));
            passed = passed.plusSeconds(60);
            happens(new Event.MonitorLost(i));
        }
        assertThat(history.of("db").recent()).hasSize(360);
        assertThat(events()).hasSize(240);
        history.gone("db");
        assertThat(events()).isEmpty();
    }

    private void happens(Event event) {
        Step step =
                AgentDecision.after(
                        state, event, ScalingRules.ELASTIGRES, new Moment(passed.toNanos() + 1));
        state = step.state();
        history.decided(
                new VmStatus("db", state, Optional.empty(), Map.of(), List.of(), Map.of()),
                event,
                step);
    }

    private Event metrics(double load) {
        var host =
                new HostMetrics(
                        load,
                        load,
                        Bytes.ofMebibytes(1024),
                        Bytes.ofMebibytes(900),
                        Bytes.ZERO,
                        new CpuFigures.Unavailable());
        var at = new Moment(passed.toNanos() + 1);
        return new Event.MetricsRead(new VmMetrics(Optional.of(host), Optional.empty()), at, at);
    }

    private List<ChartEvent> events() {
        return history.of("db").events();
    }

    /// Returns the text of the first event of a kind.
    private String text(EventKind kind) {
        return events().stream()
                .filter(it -> it.kind() == kind)
                .findFirst()
                .map(ChartEvent::text)
                .orElse("");
    }
}
