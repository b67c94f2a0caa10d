package dev.elastigres.agent.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.SampleVms;
import dev.elastigres.agent.worker.ScalingEvent;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.agent.worker.VmStatus.VmNote;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FleetHistoryTest {
    private static final Instant BEGIN = Instant.parse("2026-11-22T10:00:00Z");
    private static final Event READ =
            new Event.MetricsRead(VmMetrics.NONE, new Moment(0), new Moment(0));

    private Instant now = BEGIN;
    private final FleetHistory history = new FleetHistory(() -> now);
    private final VmStatus vm = SampleVms.busy("db");

    private void after(Duration time) {
        now = now.plus(time);
        history.happened(vm, READ);
    }

    @Test
    void eachMinuteWithMetricsIsOnePoint() {
        for (int i = 0; i < 25; i++) after(Duration.ofSeconds(5));
        assertThat(history.of("db").points())
                .extracting(TimelinePoint::at)
                .containsExactly(BEGIN, BEGIN.plusSeconds(60), BEGIN.plusSeconds(120));
        TimelinePoint point = history.of("db").points().getFirst();
        assertThat(point.demand().text()).isEqualTo("0.9 CPUs and 224MiB");
        assertThat(point.size()).isEqualTo(ComputeUnit.DEFAULT.times(1));
    }

    @Test
    void aDayIsKept() {
        for (int i = 0; i < 2000; i++) after(Duration.ofMinutes(1));
        assertThat(history.of("db").points()).hasSize((int) FleetHistory.KEPT.toMinutes());
        assertThat(history.of("db").points().getLast().at()).isEqualTo(now);
    }

    @Test
    void eventsSayWhatChangedAndWhy() {
        history.scaled(
                new ScalingEvent(
                        now,
                        "db",
                        ComputeUnit.DEFAULT.times(1),
                        ComputeUnit.DEFAULT.times(2),
                        "load"));
        history.happened(vm, new Event.OutOfMemory());
        assertThat(history.of("db").events())
                .extracting(VmNote::what)
                .containsExactly(
                        "0.25 CPUs and 1GiB to 0.5 CPUs and 2GiB: load",
                        "its kernel's OOM killer ended a process");
    }

    @Test
    void aVmThatIsGoneHasNoHistory() {
        after(Duration.ZERO);
        history.gone("db");
        assertThat(history.of("db")).isEqualTo(VmTimeline.EMPTY);
        assertThat(history.of("other")).isEqualTo(VmTimeline.EMPTY);
    }
}
