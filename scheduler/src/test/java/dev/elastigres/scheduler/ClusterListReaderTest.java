package dev.elastigres.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.scheduler.BookingKind;
import dev.elastigres.core.scheduler.BookingProblem;
import dev.elastigres.core.scheduler.OvercommitFactors;
import dev.elastigres.core.scheduler.RebalancePlan;
import dev.elastigres.core.scheduler.RebalanceRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.scheduler.ClusterList.ListedPod;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterListReaderTest {
    private static final Path EXAMPLE =
            Path.of("src/test/resources/dev/elastigres/scheduler/cluster.json");

    private static ClusterList example() throws Exception {
        return ClusterListReader.read(Files.readString(EXAMPLE));
    }

    private static ListedPod pod(String name) throws Exception {
        return example().pods().stream()
                .filter(it -> it.booking().pod().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void readsNodes() throws Exception {
        ClusterList list = example();
        assertThat(list.nodes()).extracting(it -> it.name()).containsExactly("a", "b", "c");
        assertThat(list.nodes().getFirst().allocatable())
                .isEqualTo(new Resources(3.92, Bytes.ofGibibytes(15)));
        assertThat(list.nodes().getLast().schedulable()).isFalse();
        assertThat(list.unready()).isEmpty();
    }

    @Test
    void aScaledVmCountsWhatWasApprovedOrIsInUse() throws Exception {
        ListedPod db = pod("db-0-runner");
        assertThat(db.booking().kind()).isEqualTo(BookingKind.SCALED_VM);
        assertThat(db.booking().size()).isEqualTo(new Resources(2, Bytes.ofGibibytes(8)));
        assertThat(db.wanted()).isEqualTo(new Resources(3, Bytes.ofGibibytes(8)));
        assertThat(db.vm()).isEqualTo("shop/db-0");
        assertThat(db.booking().overcommit()).isEqualTo(new OvercommitFactors(2, 1));
    }

    @Test
    void finishedAndUnboundPodsDoNotCount() throws Exception {
        assertThat(pod("job").booking().kind()).isEqualTo(BookingKind.FINISHED);
        assertThat(example().pods()).noneMatch(it -> it.booking().pod().name().equals("pending"));
        assertThat(pod("web").booking().size())
                .isEqualTo(new Resources(0.35, Bytes.ofMebibytes(300)));
    }

    /// Each of these makes the original exit at its start, or fail for ever.
    @Test
    void aBadAnnotationConcernsItsPodAlone() throws Exception {
        assertThat(example().problems())
                .extracting(BookingProblem::text)
                .satisfiesExactly(
                        it ->
                                assertThat(it)
                                        .startsWith(
                                                "pod shop/bad-json: annotation"
                                                        + " vm.neon.tech/resources is not JSON: ")
                                        .endsWith("; it counts what its containers request"),
                        it ->
                                assertThat(it)
                                        .isEqualTo(
                                                "pod shop/no-annotation: annotation"
                                                        + " vm.neon.tech/resources is missing; it"
                                                        + " counts what its containers request"),
                        it ->
                                assertThat(it)
                                        .contains(
                                                "pod shop/bad-factor: annotation"
                                                        + " vm.neon.tech/overcommit: the overcommit"
                                                        + " factor of CPUs must be between 0.5"));
        assertThat(example().allProblems())
                .extracting(BookingProblem::text)
                .contains("node gone: unknown, and 1 of its pods are; they cannot grow");
    }

    @Test
    void plansMovesUntilNoneIsLeft() throws Exception {
        ClusterList list = example();
        RebalancePlan plan = list.plan(RebalanceRules.DEFAULT);
        assertThat(plan.moves()).isNotEmpty();
        for (int i = 0; !plan.moves().isEmpty(); i++) {
            assertThat(i).isLessThan(10);
            list = list.after(plan);
            plan = list.plan(RebalanceRules.DEFAULT);
        }
        assertThat(list.pods())
                .filteredOn(it -> it.booking().node().equals("c") && it.mayMove())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'', is not JSON",
        "[], no list of Kubernetes objects",
        "'{\"items\":[]}', the list has no node",
        "'{\"items\":[{\"kind\":\"Pod\"},{\"kind\":\"Node\"},3]}', the list has no node"
    })
    void whatIsNoListIsNamed(String text, String message) {
        assertThatThrownBy(() -> ClusterListReader.read(text)).hasMessageContaining(message);
    }
}
