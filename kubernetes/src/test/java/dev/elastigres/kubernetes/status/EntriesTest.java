package dev.elastigres.kubernetes.status;

import static dev.elastigres.kubernetes.status.TestVms.UNIT;
import static dev.elastigres.kubernetes.status.TestVms.byLoad;
import static dev.elastigres.kubernetes.status.TestVms.settled;
import static dev.elastigres.kubernetes.status.TestVms.view;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.worker.VmView;
import dev.elastigres.core.agent.Obstacle;
import dev.elastigres.core.agent.Reason;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.scaling.Part;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.Instance;
import dev.elastigres.kubernetes.targets.Choices;
import dev.elastigres.kubernetes.targets.Chosen;
import dev.elastigres.kubernetes.targets.LeftAlone;
import dev.elastigres.kubernetes.targets.LeftAlone.Cause;
import dev.elastigres.kubernetes.targets.Mode;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.Source;
import dev.elastigres.kubernetes.targets.TestChosen;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EntriesTest {
    private static final PodName POD = new PodName("db", "pg-0");

    @Test
    void saysWhatThereIs() {
        assertThat(entry(settled(POD, 3, 0.5), Optional.empty()))
                .isEqualTo(
                        new Instance(
                                "pg-0",
                                "one",
                                "750m",
                                "3Gi",
                                "750m",
                                "3Gi",
                                "Settled",
                                "3 units for cpu 3.00 (load 0.50, 0.90 a CPU)"));
    }

    @Test
    void figuresAloneAreNoNews() {
        Instance first = entry(settled(POD, 3, 0.5), Optional.empty());
        assertThat(entry(settled(POD, 3, 0.6), Optional.of(first))).isSameAs(first);
        assertThat(entry(settled(POD, 4, 0.6), Optional.of(first)).why()).contains("load 0.60");
    }

    @Test
    void anotherTryIsNoNews() {
        VmView failed =
                view(POD, 2, 4, byLoad(4, 3), new Obstacle.ResizeFailed("deferred by the kubelet"));
        VmView tries = view(POD, 2, 4, byLoad(4, 3), new Obstacle.BeingResized(UNIT.times(4)));
        Instance first = entry(failed, Optional.empty());
        assertThat(first.state()).isEqualTo("ResizeFailed");
        assertThat(first.why())
                .startsWith("the last resize failed: deferred by the kubelet; 4 units");
        assertThat(entry(tries, Optional.of(first))).isSameAs(first);
        assertThat(entry(tries, Optional.empty()).state()).isEqualTo("Resizing");
        VmView more = view(POD, 2, 5, byLoad(5, 3), new Obstacle.BeingResized(UNIT.times(5)));
        assertThat(entry(more, Optional.of(first)).state()).isEqualTo("Resizing");
        assertThat(entry(settled(POD, 4, 3), Optional.of(first)).state()).isEqualTo("Settled");
    }

    @Test
    void aTimeThatIsLeftIsNotSaid() {
        Obstacle cooling = new Obstacle.CoolingDown(Duration.ofSeconds(17));
        assertThat(entry(view(POD, 2, 1, byLoad(1, 0), cooling), Optional.empty()).why())
                .startsWith("shrinks later, for the last time hurt; 1 unit")
                .doesNotContain("17");
    }

    @Test
    void theMaximumIsAState() {
        var goal =
                new Goal(
                        9,
                        true,
                        Optional.of(new Part.Load(9, 8, 0.9)),
                        Optional.empty(),
                        Optional.empty());
        VmView full =
                view(
                        POD,
                        8,
                        8,
                        new Reason.AtLimit(goal, Resources.ZERO, TestVms.UNIT.times(8)),
                        new Obstacle.None());
        Instance written = entry(full, Optional.empty());
        assertThat(written.state()).isEqualTo("AtMaximum");
        // A kill is told of though neither its size nor its goal changes.
        var killed = new Reason.OomKilled(TestVms.UNIT.times(8), true);
        Instance then = entry(view(POD, 8, 8, killed, new Obstacle.None()), Optional.of(written));
        assertThat(then.state()).isEqualTo("OOMKilled");
        assertThat(then.why()).contains("killed for want of memory, and may not have more");
    }

    @Test
    void aRecommendationIsNoFailure() {
        VmView view = view(POD, 2, 4, byLoad(4, 3), new Obstacle.ResizeFailed("only recommended"));
        Instance entry =
                new Entries("one", _ -> Optional.of(view))
                        .of(POD, chosen(Mode.RECOMMEND), Optional.empty(), false)
                        .orElseThrow();
        assertThat(entry.state()).isEqualTo("Recommended");
        assertThat(entry.why()).startsWith("4 units for cpu");
    }

    @Test
    void whatTheFleetDoesNotKnowYetStaysForAWhile() {
        Instance written = entry(settled(POD, 3, 0.5), Optional.empty());
        var blind = new Entries("one", _ -> Optional.empty());
        assertThat(blind.of(POD, chosen(Mode.AUTO), Optional.of(written), true)).contains(written);
        assertThat(blind.of(POD, chosen(Mode.AUTO), Optional.of(written), false).orElseThrow())
                .isEqualTo(
                        new Instance(
                                "pg-0",
                                "one",
                                "-",
                                "-",
                                "-",
                                "-",
                                "Starting",
                                "was not looked at yet"));
    }

    @Test
    void whatAnotherNodeWroteIsNotKept() {
        Instance other =
                new Instance("pg-0", "two", "750m", "3Gi", "750m", "3Gi", "Settled", "theirs");
        assertThat(entry(settled(POD, 3, 0.5), Optional.of(other)).node()).isEqualTo("one");
    }

    @Test
    void aPodThatIsLeftAloneSaysWhy() {
        var left = new LeftAlone(POD, "uid", List.of(), new Cause.NoLimits("postgres"));
        Instance entry =
                new Entries("one", _ -> Optional.of(settled(POD, 1, 0)))
                        .of(
                                POD,
                                new Choices(Map.of(), Map.of(POD, left), Map.of()),
                                Optional.empty(),
                                false)
                        .orElseThrow();
        assertThat(entry.state()).isEqualTo("NoLimits");
        assertThat(entry.why()).isEqualTo("its container postgres has no limit of memory");
        assertThat(entry.cpu()).isEqualTo("-");
    }

    @Test
    void reasonsAreBounded() {
        String much = "x".repeat(5000);
        VmView view = view(POD, 2, 4, byLoad(4, 3), new Obstacle.ResizeFailed(much));
        assertThat(entry(view, Optional.empty()).why()).hasSize(480).endsWith("...");
    }

    private static Instance entry(VmView view, Optional<Instance> written) {
        return new Entries("one", _ -> Optional.of(view))
                .of(POD, chosen(Mode.AUTO), written, false)
                .orElseThrow();
    }

    private static Choices chosen(Mode mode) {
        Chosen chosen =
                TestChosen.of(POD, "uid", ComputeUnit.DEFAULT, 8, mode, new Source.Named("pg"));
        return new Choices(Map.of(POD, chosen), Map.of(), Map.of());
    }
}
