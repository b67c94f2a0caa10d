package dev.elastigres.kubernetes.status;

import static dev.elastigres.kubernetes.status.TestVms.UNIT;
import static dev.elastigres.kubernetes.status.TestVms.byLoad;
import static dev.elastigres.kubernetes.status.TestVms.settled;
import static dev.elastigres.kubernetes.status.TestVms.view;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.Obstacle;
import dev.elastigres.core.agent.SizeReason;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.scaling.GoalComponent;
import dev.elastigres.core.scaling.MinimumUnits;
import dev.elastigres.core.scaling.SizeShape;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.api.NodePlanStatus.PodReport;
import dev.elastigres.kubernetes.targets.ExcludedPod;
import dev.elastigres.kubernetes.targets.ExcludedPod.ExclusionCause;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.PodSelection;
import dev.elastigres.kubernetes.targets.ScaledPod;
import dev.elastigres.kubernetes.targets.ScalingMode;
import dev.elastigres.kubernetes.targets.TargetSource;
import dev.elastigres.kubernetes.targets.TestScaledPods;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusEntriesTest {
    private static final PodName POD = new PodName("db", "pg-0");

    @Test
    void writesSizeGoalAndReason() {
        assertThat(entry(settled(POD, 3, 0.5), Optional.empty()))
                .isEqualTo(
                        new PodReport(
                                "db",
                                "pg-0",
                                "uid",
                                "750m",
                                "3Gi",
                                "750m",
                                "3Gi",
                                "Settled",
                                "3 units for cpu 3.00 (load 0.50, 0.90 a CPU)"));
    }

    @Test
    void keepsEntryWhenOnlyFiguresChange() {
        PodReport first = entry(settled(POD, 3, 0.5), Optional.empty());
        assertThat(entry(settled(POD, 3, 0.6), Optional.of(first))).isSameAs(first);
        assertThat(entry(settled(POD, 4, 0.6), Optional.of(first)).why()).contains("load 0.60");
    }

    @Test
    void keepsEntryDuringRetry() {
        VmStatus failed =
                view(POD, 2, 4, byLoad(4, 3), new Obstacle.ResizeFailed("deferred by the kubelet"));
        VmStatus tries =
                view(POD, 2, 4, byLoad(4, 3), new Obstacle.ResizeInProgress(UNIT.times(4)));
        PodReport first = entry(failed, Optional.empty());
        assertThat(first.state()).isEqualTo("ResizeFailed");
        assertThat(first.why())
                .startsWith("the last resize failed: deferred by the kubelet; 4 units");
        assertThat(entry(tries, Optional.of(first))).isSameAs(first);
        assertThat(entry(tries, Optional.empty()).state()).isEqualTo("Resizing");
        VmStatus more = view(POD, 2, 5, byLoad(5, 3), new Obstacle.ResizeInProgress(UNIT.times(5)));
        assertThat(entry(more, Optional.of(first)).state()).isEqualTo("Resizing");
        assertThat(entry(settled(POD, 4, 3), Optional.of(first)).state()).isEqualTo("Settled");
    }

    @Test
    void omitsRemainingTime() {
        Obstacle cooling = new Obstacle.CoolingDown(Duration.ofSeconds(17));
        assertThat(entry(view(POD, 2, 1, byLoad(1, 0), cooling), Optional.empty()).why())
                .startsWith("shrinks later, because the last shrink hurt; 1 unit")
                .doesNotContain("17");
    }

    @Test
    void theMaximumIsAState() {
        var goal =
                new Goal(
                        9,
                        SizeShape.UNITS,
                        TestVms.UNIT.times(9),
                        true,
                        Optional.of(new GoalComponent.Load(9, 8, 0.9)),
                        Optional.empty(),
                        Optional.empty(),
                        MinimumUnits.NONE);
        VmStatus full =
                view(
                        POD,
                        8,
                        8,
                        new SizeReason.AtLimit(goal, Resources.ZERO, TestVms.UNIT.times(8)),
                        new Obstacle.None());
        PodReport written = entry(full, Optional.empty());
        assertThat(written.state()).isEqualTo("AtMaximum");
        // A kill is reported although neither the size nor the goal changes.
        var killed = new SizeReason.OomKilled(TestVms.UNIT.times(8), true);
        PodReport then = entry(view(POD, 8, 8, killed, new Obstacle.None()), Optional.of(written));
        assertThat(then.state()).isEqualTo("OOMKilled");
        assertThat(then.why())
                .contains("was killed because memory ran out, and it may not have more");
    }

    @Test
    void reportsRecommendationInsteadOfFailure() {
        VmStatus view =
                view(POD, 2, 4, byLoad(4, 3), new Obstacle.ResizeFailed("only recommended"));
        PodReport entry =
                new StatusEntries(_ -> Optional.of(view))
                        .of(POD, chosen(ScalingMode.RECOMMEND), Optional.empty(), false)
                        .orElseThrow();
        assertThat(entry.state()).isEqualTo("Recommended");
        assertThat(entry.why()).startsWith("4 units for cpu");
    }

    @Test
    void keepsEntryOfUncheckedPodForAWhile() {
        PodReport written = entry(settled(POD, 3, 0.5), Optional.empty());
        var blind = new StatusEntries(_ -> Optional.empty());
        assertThat(blind.of(POD, chosen(ScalingMode.AUTO), Optional.of(written), true))
                .contains(written);
        assertThat(
                        blind.of(POD, chosen(ScalingMode.AUTO), Optional.of(written), false)
                                .orElseThrow())
                .isEqualTo(
                        new PodReport(
                                "db",
                                "pg-0",
                                "uid",
                                "-",
                                "-",
                                "-",
                                "-",
                                "Starting",
                                "was not checked yet"));
    }

    @Test
    void replacesEntryOfAnotherNode() {
        PodReport former =
                new PodReport(
                        "db", "pg-0", "before", "750m", "3Gi", "750m", "3Gi", "Settled", "its why");
        assertThat(entry(settled(POD, 3, 0.5), Optional.of(former)).uid()).isEqualTo("uid");
    }

    @Test
    void explainsWhyAPodIsExcluded() {
        var left = new ExcludedPod(POD, "uid", List.of(), new ExclusionCause.NoLimits("postgres"));
        PodReport entry =
                new StatusEntries(_ -> Optional.of(settled(POD, 1, 0)))
                        .of(
                                POD,
                                new PodSelection(Map.of(), Map.of(POD, left), 0),
                                Optional.empty(),
                                false)
                        .orElseThrow();
        assertThat(entry.state()).isEqualTo("NoLimits");
        assertThat(entry.why()).isEqualTo("its container postgres has no memory limit");
        assertThat(entry.cpu()).isEqualTo("-");
    }

    @Test
    void reasonsAreBounded() {
        String much = "x".repeat(5000);
        VmStatus view = view(POD, 2, 4, byLoad(4, 3), new Obstacle.ResizeFailed(much));
        assertThat(entry(view, Optional.empty()).why()).hasSize(480).endsWith("...");
    }

    private static PodReport entry(VmStatus view, Optional<PodReport> written) {
        return new StatusEntries(_ -> Optional.of(view))
                .of(POD, chosen(ScalingMode.AUTO), written, false)
                .orElseThrow();
    }

    private static PodSelection chosen(ScalingMode mode) {
        ScaledPod chosen =
                TestScaledPods.of(
                        POD, "uid", ComputeUnit.DEFAULT, 8, mode, new TargetSource.Named("pg"));
        return new PodSelection(Map.of(POD, chosen), Map.of(), 0);
    }
}
