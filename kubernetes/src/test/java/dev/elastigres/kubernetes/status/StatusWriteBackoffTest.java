package dev.elastigres.kubernetes.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Moment;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.InstanceStatus;
import dev.elastigres.kubernetes.status.StatusDraft.OwnEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StatusWriteBackoffTest {
    private static final Moment BEGIN = new Moment(0);
    private static final Optional<Duration> NOW = Optional.of(Duration.ZERO);

    private final StatusWriteBackoff backoff =
            new StatusWriteBackoff("one", StatusDelays.DEFAULT, new Random(1), BEGIN);

    @Test
    void aNewSizeIsWrittenAtOnce() {
        assertThat(next(OwnEntry.SIZES, true, List.of(), 0, 0)).isEqualTo(NOW);
    }

    @Test
    void writesReasonOnlyWhenItLasts() {
        assertThat(next(OwnEntry.WORDS, true, List.of(), 0, 0)).contains(Duration.ofSeconds(2));
        assertThat(next(OwnEntry.WORDS, true, List.of(), 1, 1)).contains(Duration.ofSeconds(2));
        assertThat(next(OwnEntry.WORDS, true, List.of(), 1, 3)).isEqualTo(NOW);
    }

    @Test
    void skipsReasonThatRevertsBeforeItsWrite() {
        assertThat(next(OwnEntry.WORDS, true, List.of(), 0, 0)).contains(Duration.ofSeconds(2));
        assertThat(next(OwnEntry.SAME, false, List.of(), 1, 1)).isEmpty();
        assertThat(next(OwnEntry.WORDS, true, List.of(), 5, 5)).contains(Duration.ofSeconds(2));
    }

    @Test
    void writesUnsteadyReasonAfterMaximumDelay() {
        for (int second = 0; second < 61; second++)
            assertThat(next(OwnEntry.WORDS, true, List.of(), second, second)).isNotEqualTo(NOW);
        assertThat(next(OwnEntry.WORDS, true, List.of(), 62, 62)).isEqualTo(NOW);
    }

    @Test
    void nodesRepairSummaryInOrder() {
        assertThat(next(OwnEntry.SAME, true, List.of(of("one"), of("two")), 0, 0))
                .contains(Duration.ofSeconds(2));
        var third = new StatusWriteBackoff("one", StatusDelays.DEFAULT, new Random(1), BEGIN);
        assertThat(
                        third.next(
                                draft(OwnEntry.SAME, true),
                                List.of(of("a"), of("b"), of("b"), of("one")),
                                BEGIN,
                                BEGIN))
                .contains(Duration.ofSeconds(8));
    }

    @Test
    void repairsForeignSummaryOnlyIfNoAgentHasEntries() {
        assertThat(next(OwnEntry.NONE, true, List.of(of("two")), 0, 0)).isEmpty();
        assertThat(next(OwnEntry.NONE, false, List.of(), 0, 0)).isEmpty();
        assertThat(next(OwnEntry.NONE, true, List.of(), 0, 0).orElseThrow())
                .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(40));
        assertThat(next(OwnEntry.NONE, true, List.of(), 0, 41)).isEqualTo(NOW);
    }

    /// Simulates an agent of another version that reverts each write.
    @Test
    void backsOffWhenStatusKeepsReverting() {
        int writes = 0;
        for (int second = 0; second < 3600; second++) {
            if (!next(OwnEntry.SAME, true, List.of(of("one")), 0, second).equals(NOW)) continue;
            backoff.wrote(draft(OwnEntry.SAME, true).body(), at(second));
            writes++;
        }
        assertThat(writes).isBetween(8, 16);
    }

    @Test
    void aRejectedStatusIsTriedLessAndLessOften() {
        int writes = 0;
        for (int second = 0; second < 3600; second++) {
            if (!next(OwnEntry.SIZES, true, List.of(), 0, second).equals(NOW)) continue;
            backoff.failed(
                    draft(OwnEntry.SIZES, true).body(), StatusDelays.DEFAULT.max(), at(second));
            writes++;
        }
        assertThat(writes).isBetween(5, 12);
        // A different body may be accepted.
        var other = new StatusDraft(body(2), 1, OwnEntry.SIZES, true);
        backoff.failed(draft(OwnEntry.SIZES, true).body(), StatusDelays.DEFAULT.max(), at(4000));
        assertThat(backoff.next(other, List.of(), at(4000), at(4015))).isEqualTo(NOW);
        backoff.wrote(other.body(), at(4015));
        assertThat(next(OwnEntry.SIZES, true, List.of(), 4016, 4016)).isEqualTo(NOW);
    }

    @Test
    void anApiServerThatIsAwayIsAskedSteadily() {
        for (int i = 0; i < 10; i++)
            assertThat(
                            backoff.failed(
                                    draft(OwnEntry.SIZES, true).body(),
                                    StatusDelays.DEFAULT.afterProblem(),
                                    at(60 * i)))
                    .isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30));
    }

    private Optional<Duration> next(
            OwnEntry own, boolean summary, List<InstanceStatus> written, int changed, int second) {
        return backoff.next(draft(own, summary), written, at(changed), at(second));
    }

    private static Moment at(int second) {
        return BEGIN.plus(Duration.ofSeconds(second));
    }

    private static StatusDraft draft(OwnEntry own, boolean summary) {
        return new StatusDraft(body(1), 1, own, summary);
    }

    private static PostgresAutoscalerStatus body(int pods) {
        return new PostgresAutoscalerStatus(1L, pods, "", "", "", "", List.of(), List.of());
    }

    private static InstanceStatus of(String node) {
        return new InstanceStatus("pod", node, "", "", "", "", "", "");
    }
}
