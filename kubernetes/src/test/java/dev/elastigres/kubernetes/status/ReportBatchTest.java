package dev.elastigres.kubernetes.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Moment;
import dev.elastigres.kubernetes.api.NodePlanStatus;
import dev.elastigres.kubernetes.api.NodePlanStatus.PodReport;
import dev.elastigres.kubernetes.status.ReportBatch.BatchDecision;
import dev.elastigres.kubernetes.status.ReportBatch.BatchTiming;
import dev.elastigres.kubernetes.status.ReportBatch.CurrentReport;
import dev.elastigres.kubernetes.targets.PodName;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportBatchTest {
    private static final NodePlanStatus FRAME = new NodePlanStatus(1L, null, "1.0", null);

    private final ReportBatch batch = new ReportBatch(BatchTiming.DEFAULT);
    private Optional<NodePlanStatus> written = Optional.empty();
    private Moment now = new Moment(0);

    @Test
    void aNewPodIsWrittenAtOnceAndNothingAtRest() {
        assertThat(write(report("pg-0", "1Gi", "Settled"))).isTrue();
        for (int i = 0; i < 100; i++) {
            pass(Duration.ofSeconds(1));
            BatchDecision decision = next(report("pg-0", "1Gi", "Settled"));
            assertThat(decision.body()).isEmpty();
            assertThat(decision.after()).isEmpty();
        }
    }

    @Test
    void sizesOfManyPodsAreOneWriteInAnInterval() {
        assertThat(write(report("pg-0", "1Gi", "Settled"))).isTrue();
        pass(Duration.ofMillis(500));
        assertThat(next(report("pg-0", "2Gi", "Settled")).after())
                .contains(Duration.ofMillis(1500));
        pass(Duration.ofMillis(1500));
        assertThat(write(report("pg-0", "2Gi", "Settled"), report("pg-1", "1Gi", "Settled")))
                .isTrue();
    }

    @Test
    void aStateThatDoesNotLastIsNotWritten() {
        assertThat(write(report("pg-0", "1Gi", "Settled"))).isTrue();
        pass(Duration.ofSeconds(10));
        assertThat(next(report("pg-0", "1Gi", "AwaitingMonitor")).after())
                .contains(Duration.ofSeconds(2));
        pass(Duration.ofSeconds(1));
        assertThat(next(report("pg-0", "1Gi", "Settled")).after()).isEmpty();
    }

    @Test
    void aStateThatKeepsChangingIsWrittenAfterAMinute() {
        assertThat(write(report("pg-0", "1Gi", "Settled"))).isTrue();
        int seconds = 0;
        while (!write(report("pg-0", "1Gi", seconds % 2 == 0 ? "Resizing" : "NoMonitor"))) {
            pass(Duration.ofSeconds(1));
            seconds++;
        }
        assertThat(seconds).isEqualTo(60);
    }

    /// One pod whose state changes all the time does not delay the others.
    @Test
    void aPodIsWrittenWithoutThePendingStateOfAnother() {
        assertThat(write(report("pg-0", "1Gi", "Settled"), report("pg-1", "1Gi", "Settled")))
                .isTrue();
        pass(Duration.ofSeconds(10));
        assertThat(write(report("pg-0", "1Gi", "Resizing"), report("pg-1", "2Gi", "Settled")))
                .isTrue();
        assertThat(written.orElseThrow().allPods())
                .extracting(PodReport::state)
                .containsExactly("Settled", "Settled");
        assertThat(written.orElseThrow().allPods())
                .extracting(PodReport::memory)
                .containsExactly("1Gi", "2Gi");
    }

    @Test
    void aPodThatIsGoneIsRemoved() {
        assertThat(write(report("pg-0", "1Gi", "Settled"))).isTrue();
        pass(Duration.ofSeconds(10));
        assertThat(write()).isTrue();
        assertThat(written.orElseThrow().allPods()).isEmpty();
    }

    @Test
    void aStatusThatIsNotKeptIsWrittenLessAndLessOften() {
        var times = 0;
        for (int second = 0; second < 3600; second++) {
            if (next(report("pg-0", "1Gi", "Settled")).body().isPresent()) {
                batch.wrote(next(report("pg-0", "1Gi", "Settled")).body().orElseThrow(), now);
                times++;
            }
            pass(Duration.ofSeconds(1));
        }
        assertThat(times).isBetween(8, 16);
    }

    @Test
    void failuresAreRepeatedWithBackoff() {
        assertThat(next(report("pg-0", "1Gi", "Settled")).body()).isPresent();
        batch.failed(now);
        assertThat(next(report("pg-0", "1Gi", "Settled")).after()).contains(Duration.ofSeconds(4));
        pass(Duration.ofSeconds(4));
        assertThat(write(report("pg-0", "1Gi", "Settled"))).isTrue();
    }

    @Test
    void aNewGenerationIsAcknowledged() {
        assertThat(write(report("pg-0", "1Gi", "Settled"))).isTrue();
        pass(Duration.ofSeconds(10));
        BatchDecision decision =
                batch.next(
                        current(report("pg-0", "1Gi", "Settled")),
                        new NodePlanStatus(2L, null, "1.0", null),
                        written,
                        now);
        assertThat(decision.body().orElseThrow().observedGeneration()).isEqualTo(2);
    }

    private void pass(Duration time) {
        now = now.plus(time);
    }

    private boolean write(PodReport... reports) {
        Optional<NodePlanStatus> body = next(reports).body();
        body.ifPresent(it -> batch.wrote(it, now));
        if (body.isPresent()) written = body;
        return body.isPresent();
    }

    private BatchDecision next(PodReport... reports) {
        return batch.next(current(reports), FRAME, written, now);
    }

    /// Every report has changed just now.
    private List<CurrentReport> current(PodReport... reports) {
        return List.of(reports).stream()
                .map(it -> new CurrentReport(new PodName("db", String.valueOf(it.name())), it, now))
                .toList();
    }

    private static PodReport report(String name, String memory, String state) {
        return new PodReport("db", name, "uid-" + name, "1", memory, "1", memory, state, "its why");
    }
}
