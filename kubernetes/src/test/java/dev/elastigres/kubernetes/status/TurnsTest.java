package dev.elastigres.kubernetes.status;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Moment;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.Instance;
import dev.elastigres.kubernetes.status.Draft.Own;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private static final Moment BEGIN = new Moment(0);
    private static final Optional<Duration> NOW = Optional.of(Duration.ZERO);

    private final Turns turns = new Turns("one", Waits.DEFAULT, new Random(1), BEGIN);

    @Test
    void aNewSizeIsWrittenAtOnce() {
        assertThat(next(Own.SIZES, true, List.of(), 0, 0)).isEqualTo(NOW);
    }

    @Test
    void wordsAreWrittenWhenTheyLast() {
        assertThat(next(Own.WORDS, true, List.of(), 0, 0)).contains(Duration.ofSeconds(2));
        assertThat(next(Own.WORDS, true, List.of(), 1, 1)).contains(Duration.ofSeconds(2));
        assertThat(next(Own.WORDS, true, List.of(), 1, 3)).isEqualTo(NOW);
    }

    @Test
    void wordsThatAreBackAreNotWritten() {
        assertThat(next(Own.WORDS, true, List.of(), 0, 0)).contains(Duration.ofSeconds(2));
        assertThat(next(Own.SAME, false, List.of(), 1, 1)).isEmpty();
        assertThat(next(Own.WORDS, true, List.of(), 5, 5)).contains(Duration.ofSeconds(2));
    }

    @Test
    void whatNeverLastsIsWrittenInTheEnd() {
        for (int second = 0; second < 61; second++)
            assertThat(next(Own.WORDS, true, List.of(), second, second)).isNotEqualTo(NOW);
        assertThat(next(Own.WORDS, true, List.of(), 62, 62)).isEqualTo(NOW);
    }

    @Test
    void aSummaryIsPutRightInTheOrderOfNodes() {
        assertThat(next(Own.SAME, true, List.of(of("one"), of("two")), 0, 0))
                .contains(Duration.ofSeconds(2));
        var third = new Turns("one", Waits.DEFAULT, new Random(1), BEGIN);
        assertThat(
                        third.next(
                                draft(Own.SAME, true),
                                List.of(of("a"), of("b"), of("b"), of("one")),
                                BEGIN,
                                BEGIN))
                .contains(Duration.ofSeconds(8));
    }

    @Test
    void whatIsNotOursIsLeftToOthersUnlessItIsNobodys() {
        assertThat(next(Own.NONE, true, List.of(of("two")), 0, 0)).isEmpty();
        assertThat(next(Own.NONE, false, List.of(), 0, 0)).isEmpty();
        assertThat(next(Own.NONE, true, List.of(), 0, 0).orElseThrow())
                .isBetween(Duration.ofSeconds(10), Duration.ofSeconds(40));
        assertThat(next(Own.NONE, true, List.of(), 0, 41)).isEqualTo(NOW);
    }

    /// As where an agent of another version writes otherwise each time.
    @Test
    void whatDoesNotStayIsWrittenLessAndLessOften() {
        int writes = 0;
        for (int second = 0; second < 3600; second++) {
            if (!next(Own.SAME, true, List.of(of("one")), 0, second).equals(NOW)) continue;
            turns.wrote(draft(Own.SAME, true).body(), at(second));
            writes++;
        }
        assertThat(writes).isBetween(8, 16);
    }

    @Test
    void aRejectedStatusIsTriedLessAndLessOften() {
        int writes = 0;
        for (int second = 0; second < 3600; second++) {
            if (!next(Own.SIZES, true, List.of(), 0, second).equals(NOW)) continue;
            turns.failed(draft(Own.SIZES, true).body(), Waits.DEFAULT.longest(), at(second));
            writes++;
        }
        assertThat(writes).isBetween(5, 12);
        // What it should say now may be accepted.
        var other = new Draft(body(2), 1, Own.SIZES, true);
        turns.failed(draft(Own.SIZES, true).body(), Waits.DEFAULT.longest(), at(4000));
        assertThat(turns.next(other, List.of(), at(4000), at(4015))).isEqualTo(NOW);
        turns.wrote(other.body(), at(4015));
        assertThat(next(Own.SIZES, true, List.of(), 4016, 4016)).isEqualTo(NOW);
    }

    @Test
    void anApiServerThatIsAwayIsAskedSteadily() {
        for (int i = 0; i < 10; i++)
            assertThat(
                            turns.failed(
                                    draft(Own.SIZES, true).body(),
                                    Waits.DEFAULT.troubled(),
                                    at(60 * i)))
                    .isBetween(Duration.ofSeconds(15), Duration.ofSeconds(30));
    }

    private Optional<Duration> next(
            Own own, boolean summary, List<Instance> written, int changed, int second) {
        return turns.next(draft(own, summary), written, at(changed), at(second));
    }

    private static Moment at(int second) {
        return BEGIN.plus(Duration.ofSeconds(second));
    }

    private static Draft draft(Own own, boolean summary) {
        return new Draft(body(1), 1, own, summary);
    }

    private static PostgresAutoscalerStatus body(int pods) {
        return new PostgresAutoscalerStatus(1L, pods, "", "", "", "", List.of(), List.of());
    }

    private static Instance of(String node) {
        return new Instance("pod", node, "", "", "", "", "", "");
    }
}
