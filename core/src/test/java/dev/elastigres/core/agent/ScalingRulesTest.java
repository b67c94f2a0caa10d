package dev.elastigres.core.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.core.scaling.Preference;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ScalingRulesTest {

    @Test
    void neonRulesHaveNoExtras() {
        assertThat(ScalingRules.NEON.goal()).isEqualTo(GoalRules.NEON);
        assertThat(ScalingRules.NEON.cooldown()).isEqualTo(CooldownRules.NEON);
        assertThat(ScalingRules.NEON.dampingWindow()).isZero();
        assertThat(ScalingRules.NEON.statedSizes()).isFalse();
    }

    @Test
    void elastigresRulesHaveAllExtras() {
        assertThat(ScalingRules.ELASTIGRES.goal())
                .isEqualTo(GoalRules.ELASTIGRES.with(Preference.BALANCED));
        assertThat(ScalingRules.ELASTIGRES.cooldown()).isEqualTo(CooldownRules.ELASTIGRES);
        assertThat(ScalingRules.ELASTIGRES.dampingWindow()).isEqualTo(Duration.ofMinutes(1));
        assertThat(ScalingRules.ELASTIGRES.statedSizes()).isTrue();
        assertThat(ScalingRules.ELASTIGRES.headroom()).contains(Preference.BALANCED);
    }

    @ParameterizedTest
    @EnumSource
    void eachExtraIsSwitchedSeparately(ExtraRule extra) {
        assertThat(extras(ScalingRules.of(Set.of(extra)))).containsExactly(extra);
        assertThat(extras(ScalingRules.of(EnumSet.complementOf(EnumSet.of(extra)))))
                .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(EnumSet.of(extra)));
    }

    private static Set<ExtraRule> extras(ScalingRules rules) {
        var extras = EnumSet.noneOf(ExtraRule.class);
        if (rules.goal().cpuUse().isPresent()) extras.add(ExtraRule.CPU_DEMAND);
        if (rules.goal().workingSet().isPresent()) extras.add(ExtraRule.WORKING_SET);
        if (rules.dampingWindow().isPositive()) extras.add(ExtraRule.DAMPING);
        if (rules.statedSizes()) extras.add(ExtraRule.STATED_SIZES);
        if (rules.cooldown().max().compareTo(rules.cooldown().first()) > 0)
            extras.add(ExtraRule.COOLDOWN_DOUBLING);
        if (rules.headroom().isPresent()) extras.add(ExtraRule.LEARNED_HEADROOM);
        return extras;
    }
}
