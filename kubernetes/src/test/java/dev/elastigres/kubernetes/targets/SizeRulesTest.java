package dev.elastigres.kubernetes.targets;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.agent.CooldownRules;
import dev.elastigres.core.agent.ExtraRule;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.core.scaling.Preference;
import dev.elastigres.core.scaling.SizeShape;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SizeRulesTest {

    @Test
    void keepsRulesThatAreNotSet() {
        assertThat(rules("{}", ScalingRules.ELASTIGRES)).isEqualTo(ScalingRules.ELASTIGRES);
        assertThat(rules("{}", ScalingRules.NEON)).isEqualTo(ScalingRules.NEON);
    }

    @Test
    void aSetOfRulesIsBoth() {
        assertThat(rules("{rules: neon}", ScalingRules.ELASTIGRES)).isEqualTo(ScalingRules.NEON);
        assertThat(rules("{rules: elastigres}", ScalingRules.NEON))
                .isEqualTo(ScalingRules.ELASTIGRES);
    }

    @Test
    void eachExtraCanBeSwitched() {
        ScalingRules off =
                rules(
                        "{cpuDemand: false, workingSet: false, damping: false, statedSizes: false,"
                                + " cooldownDoubling: false, learnedHeadroom: false}",
                        ScalingRules.ELASTIGRES);
        assertThat(off).isEqualTo(ScalingRules.NEON);
        ScalingRules on =
                rules(
                        "{cpuDemand: true, workingSet: true, damping: true, statedSizes: true,"
                                + " cooldownDoubling: true, learnedHeadroom: true}",
                        ScalingRules.NEON);
        assertThat(on).isEqualTo(ScalingRules.ELASTIGRES);
    }

    @Test
    void theShapeIsTaken() {
        ScalingRules tied = ScalingRules.ELASTIGRES;
        assertThat(rules("{shape: independent}", tied).goal().shape())
                .isEqualTo(SizeShape.INDEPENDENT);
        ScalingRules independent = tied.with(tied.goal().with(SizeShape.INDEPENDENT));
        assertThat(rules("{}", independent)).isEqualTo(independent);
        assertThat(rules("{shape: units}", independent)).isEqualTo(tied);
    }

    @Test
    void aPreferenceBringsItsMemoryTargets() {
        ScalingRules latency = rules("{prefer: latency}", ScalingRules.ELASTIGRES);
        assertThat(latency)
                .isEqualTo(ScalingRules.of(Set.of(ExtraRule.values()), Preference.LATENCY));
        assertThat(rules("{prefer: latency, memoryTotalTarget: 0.7}", ScalingRules.ELASTIGRES))
                .isEqualTo(rules("{memoryTotalTarget: 0.7}", latency));
        assertThat(rules("{learnedHeadroom: false}", latency).goal().totalTarget())
                .isEqualTo(GoalRules.NEON.totalTarget());
        assertThat(rules("{prefer: cost}", ScalingRules.NEON)).isEqualTo(ScalingRules.NEON);
        assertThat(rules("{}", latency)).isEqualTo(latency);
    }

    @Test
    void eachNumberIsTaken() {
        ScalingRules rules =
                rules(
                        "{loadTarget: 0.5, cpuUseTarget: 0.6, memoryUsageTarget: 0.7,"
                                + " memoryTotalTarget: 0.8, dampingWindow: 90s, cooldownInitial: 1500ms,"
                                + " cooldownMax: 1h}",
                        ScalingRules.ELASTIGRES);
        assertThat(rules.goal().loadTarget()).isEqualTo(0.5);
        assertThat(rules.goal().cpuUse()).contains(0.6);
        assertThat(rules.goal().usageTarget()).isEqualTo(0.7);
        assertThat(rules.goal().totalTarget()).isEqualTo(0.8);
        assertThat(rules.goal().workingSet())
                .isEqualTo(ScalingRules.ELASTIGRES.goal().workingSet());
        assertThat(rules.dampingWindow()).isEqualTo(Duration.ofSeconds(90));
        assertThat(rules.cooldown())
                .isEqualTo(
                        new CooldownRules(
                                Duration.ofMillis(1500),
                                Duration.ofHours(1),
                                CooldownRules.ELASTIGRES.hurtWithin()));
        assertThat(rules.timing()).isEqualTo(ScalingRules.ELASTIGRES.timing());
    }

    /// A single specified limit may conflict with the agent's other one.
    @Test
    void theOtherEndOfTheCooldownGivesWay() {
        assertThat(rules("{cooldownInitial: 10m}", ScalingRules.ELASTIGRES).cooldown().max())
                .isEqualTo(Duration.ofMinutes(10));
        assertThat(rules("{cooldownMax: 2s}", ScalingRules.ELASTIGRES).cooldown().first())
                .isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void aNumberOfAnExtraThatIsOffDoesNotSwitchItOn() {
        assertThat(rules("{cpuUseTarget: 0.5, dampingWindow: 2m}", ScalingRules.NEON))
                .isEqualTo(ScalingRules.NEON);
    }

    @Test
    void limitsAreTheObjectsWithinTheAgents() {
        VmRules set =
                new VmRules(
                        ComputeUnit.DEFAULT,
                        Optional.of(new Resources(0.1, Bytes.ofGibibytes(3))),
                        Optional.of(new Resources(1.5, Bytes.ofGibibytes(64))),
                        ScalingRules.ELASTIGRES);
        VmRules made = chosen("min: 2").rules().apply(set);
        assertThat(made.min()).contains(new Resources(0.5, Bytes.ofGibibytes(3)));
        assertThat(made.max()).contains(new Resources(1.5, Bytes.ofGibibytes(8)));
    }

    private static ScalingRules rules(String said, ScalingRules set) {
        var before = new VmRules(ComputeUnit.DEFAULT, Optional.empty(), Optional.empty(), set);
        return chosen("rules: " + said).rules().apply(before).rules();
    }

    private static ScaledPod chosen(String spec) {
        return requireNonNull(
                TestPlans.resolve(
                                List.of(TestPods.running("db", "pg-0", "labels: {app: pg}")),
                                List.of(
                                        TestPods.object(
                                                "db",
                                                "a",
                                                "{target: {selector: {matchLabels: {app: pg}}}, max: 8, %s}"
                                                        .formatted(spec))))
                        .chosen()
                        .get(new PodName("db", "pg-0")));
    }
}
