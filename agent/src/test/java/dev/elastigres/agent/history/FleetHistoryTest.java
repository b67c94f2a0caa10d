package dev.elastigres.agent.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.SampleVms;
import dev.elastigres.agent.driver.DiscoveredVm.OomKill;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.agent.worker.VmStatus.VmNote;
import dev.elastigres.core.agent.AgentDecision;
import dev.elastigres.core.agent.Event;
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
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.page.ChartEvent;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetHistoryTest {
    private static final Instant BEGIN = Instant.parse("2026-11-22T10:00:00Z");
    private static final Resources TWO = ComputeUnit.DEFAULT.times(2);
    private static final Event READ =
            new Event.MetricsRead(VmMetrics.NONE, new Moment(0), new Moment(0));

    private static final Log LOG =
            Log.to(
                    OutputStream.nullOutputStream(),
                    LogFormat.TEXT,
                    LogLevel.ERROR,
                    Clock.systemUTC());

    @TempDir private Path folder;
    private Instant now = BEGIN;
    private final FleetHistory history = FleetHistory.inMemory(() -> now);
    private final VmStatus vm = SampleVms.busy("db");
    private State state =
            State.begin(
                    SizeLimits.of(ComputeUnit.DEFAULT, 1, 8),
                    ComputeUnit.DEFAULT.times(1),
                    ComputeUnit.DEFAULT.times(1),
                    1,
                    ScalingRules.ELASTIGRES,
                    new Moment(BEGIN.toEpochMilli() * 1_000_000));

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
    void eventsNameTheChangeAndItsReason() {
        happens(history, new Event.SizeObserved(TWO, TWO));
        happens(history, new Event.OutOfMemory());
        assertThat(history.of("db").changes())
                .extracting(VmNote::what)
                .containsExactly(
                        "0.25 CPUs and 1GiB to 0.5 CPUs and 2GiB: it was resized externally",
                        "its kernel's OOM killer ended a process");
    }

    /// The charts of the page are the same after a restart of the agent.
    @Test
    void chartsSurviveTheAgent() throws Exception {
        VmTimeline before;
        try (var first = FleetHistory.open(folder, () -> now, LOG)) {
            for (int i = 0; i < 30; i++) {
                now = now.plusSeconds(10);
                happens(first, metrics());
                happens(first, new Event.MonitorFound(i));
            }
            happens(first, new Event.SizeObserved(TWO, TWO));
            before = first.of("db");
        }
        try (var second = FleetHistory.open(folder, () -> now, LOG)) {
            // A worker reads the kills first, which loads the file.
            assertThat(second.kills("db")).isEmpty();
            assertThat(second.of("db").recent()).isEqualTo(before.recent()).hasSize(30);
            assertThat(second.of("db").events()).isEqualTo(before.events());
            now = now.plusSeconds(100);
            happens(second, new Event.MonitorLost(99));
            assertThat(second.of("db").events())
                    .extracting(ChartEvent::number)
                    .isSorted()
                    .doesNotHaveDuplicates();
        }
    }

    private Event metrics() {
        var host =
                new HostMetrics(
                        0.1,
                        0.1,
                        Bytes.ofMebibytes(1024),
                        Bytes.ofMebibytes(900),
                        Bytes.ZERO,
                        new CpuFigures.Unavailable());
        var at = new Moment(now.toEpochMilli() * 1_000_000);
        return new Event.MetricsRead(new VmMetrics(Optional.of(host), Optional.empty()), at, at);
    }

    /// Has the core decide about an event, and records that.
    private void happens(FleetHistory into, Event event) {
        var at = new Moment(now.toEpochMilli() * 1_000_000);
        Step step = AgentDecision.after(state, event, ScalingRules.ELASTIGRES, at);
        state = step.state();
        var status = new VmStatus("db", state, Optional.empty(), Map.of(), List.of(), Map.of());
        into.happened(status, event);
        into.decided(status, event, step);
    }

    @Test
    void readsHistoryOfAnEarlierAgent() throws Exception {
        try (var first = FleetHistory.open(folder, () -> now, LOG)) {
            first.happened(vm, READ);
            happens(first, new Event.OutOfMemory());
        }
        now = now.plusSeconds(600);
        try (var second = FleetHistory.open(folder, () -> now, LOG)) {
            assertThat(second.kills("db"))
                    .containsExactly(new OomKill(Optional.of(ComputeUnit.DEFAULT.memory()), BEGIN));
            assertThat(second.of("db").points()).hasSize(1);
            assertThat(second.of("db").changes())
                    .extracting(VmNote::what)
                    .containsExactly("its kernel's OOM killer ended a process");
            // A driver may report the kill again.
            second.happened(
                    vm,
                    new Event.OomKilled(
                            Optional.of(ComputeUnit.DEFAULT.memory()),
                            new Moment(System.nanoTime() - Duration.ofMinutes(10).toNanos())));
            assertThat(second.kills("db")).hasSize(1);
        }
    }

    /// As with kill -9: the file is written without an end.
    @Test
    void aKillIsOnDiskAtOnce() throws Exception {
        var first = FleetHistory.open(folder, () -> now, LOG);
        first.happened(vm, new Event.OutOfMemory());
        HistoryFile file = new HistoryFolder(folder).file("db");
        Instant deadline = Instant.now().plusSeconds(20);
        while (file.read().kills().isEmpty() && Instant.now().isBefore(deadline))
            Thread.onSpinWait();
        assertThat(file.read().kills()).hasSize(1);
        first.close();
    }

    @Test
    void aDamagedFileIsAnEmptyHistory() throws Exception {
        Files.writeString(new HistoryFolder(folder).file("db").path(), "no history at all");
        try (var broken = FleetHistory.open(folder, () -> now, LOG)) {
            assertThat(broken.kills("db")).isEmpty();
            broken.happened(vm, READ);
            assertThat(broken.of("db").points()).hasSize(1);
        }
    }

    @Test
    void filesWithoutAChangeForTwoDaysAreDeleted() throws Exception {
        try (var first = FleetHistory.open(folder, () -> now, LOG)) {
            first.happened(vm, READ);
        }
        Path file = new HistoryFolder(folder).file("db").path();
        Files.setLastModifiedTime(file, FileTime.from(now));
        now = now.plus(Duration.ofDays(1));
        FleetHistory.open(folder, () -> now, LOG).close();
        assertThat(file).exists();
        now = now.plus(Duration.ofHours(25));
        FleetHistory.open(folder, () -> now, LOG).close();
        assertThat(file).doesNotExist();
    }

    @Test
    void aVmThatIsGoneHasNoHistory() {
        after(Duration.ZERO);
        history.gone("db");
        assertThat(history.of("db")).isEqualTo(VmTimeline.EMPTY);
        assertThat(history.of("other")).isEqualTo(VmTimeline.EMPTY);
    }
}
