package dev.elastigres.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.harness.StopRequest;
import dev.elastigres.protocol.json.Json;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// A short soak of a real monitor with a real Postgres.
class SoakTest {

    @Test
    void losesNoMessagesAndLeaksNothing() throws Exception {
        List<SoakBenchRow> rows =
                new SoakBench(new SoakBenchPlan(400, 20, 2, 3), new StopRequest()).run();

        assertThat(rows).allSatisfy(row -> assertThat(row.isSound()).as(row.toString()).isTrue());
        assertThat(rows)
                .filteredOn(SoakBenchRow.Done.class::isInstance)
                .extracting(row -> ((SoakBenchRow.Done) row).what())
                .containsExactly("messages", "reconnects", "postgres_restarts", "cgroups");
        assertThat(rows)
                .filteredOn(SoakBenchRow.Done.class::isInstance)
                .extracting(row -> ((SoakBenchRow.Done) row).done())
                .as("beside those of the warm-up")
                .satisfies(
                        done -> {
                            assertThat(done.get(0)).isGreaterThanOrEqualTo(400);
                            assertThat(done.get(1)).isGreaterThanOrEqualTo(20);
                            assertThat(done.get(2)).isGreaterThanOrEqualTo(2);
                            assertThat(done.get(3)).isGreaterThanOrEqualTo(3);
                        });
        assertThat(Json.parse(rows.getFirst().json()))
                .isInstanceOfSatisfying(
                        Json.Obj.class,
                        row -> assertThat(row.members()).containsKeys("bench", "done", "lost"));
    }

    @Test
    void growthAboveTheNoiseIsALeak() {
        var before = new ProcessResources(5_000_000, 10, 20, 30, 40_000_000);
        assertThat(before.since(before)).allMatch(SoakBenchRow::isSound);
        assertThat(new ProcessResources(7_000_000, 20, 30, 40, 90_000_000).since(before))
                .filteredOn(row -> !row.isSound())
                .extracting(SoakBenchRow.Growth::what)
                .containsExactly("heap_bytes", "virtual_threads", "threads", "descriptors");
    }

    @Test
    void theSharesOfTheRoundsAreTheWhole() {
        var plan = new SoakBenchPlan(1003, 7, 3, 10);
        assertThat(IntStream.range(0, plan.rounds()).map(it -> plan.share(1003, it)).sum())
                .isEqualTo(1003);
        assertThat(IntStream.range(0, plan.rounds()).map(it -> plan.share(3, it)))
                .allMatch(share -> share <= 1)
                .hasSize(10);
    }
}
