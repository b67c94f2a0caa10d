package dev.elastigres.core.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.scaling.GoalRules;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RulesTest {

    @Test
    void neonsRulesAreOursWithoutExtras() {
        assertThat(Rules.NEON.goal()).isEqualTo(GoalRules.NEON);
        assertThat(Rules.NEON.cooldown()).isEqualTo(CooldownRules.NEON);
        assertThat(Rules.NEON.shrinkAfter()).isZero();
        assertThat(Rules.NEON.statedSizes()).isFalse();
    }

    @Test
    void oursHaveAllOfThem() {
        assertThat(Rules.ELASTIGRES.goal()).isEqualTo(GoalRules.ELASTIGRES);
        assertThat(Rules.ELASTIGRES.cooldown()).isEqualTo(CooldownRules.ELASTIGRES);
        assertThat(Rules.ELASTIGRES.shrinkAfter()).isEqualTo(Duration.ofMinutes(1));
        assertThat(Rules.ELASTIGRES.statedSizes()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void eachIsSwitchedOnItsOwn(Extra extra) {
        assertThat(extras(Rules.of(Set.of(extra)))).containsExactly(extra);
        assertThat(extras(Rules.of(EnumSet.complementOf(EnumSet.of(extra)))))
                .containsExactlyInAnyOrderElementsOf(EnumSet.complementOf(EnumSet.of(extra)));
    }

    private static Set<Extra> extras(Rules rules) {
        var extras = EnumSet.noneOf(Extra.class);
        if (rules.goal().cpuUse().isPresent()) extras.add(Extra.CPU_DEMAND);
        if (rules.goal().workingSet().isPresent()) extras.add(Extra.WORKING_SET);
        if (rules.shrinkAfter().isPositive()) extras.add(Extra.DAMPING);
        if (rules.statedSizes()) extras.add(Extra.STATED_SIZES);
        if (rules.cooldown().longest().compareTo(rules.cooldown().first()) > 0)
            extras.add(Extra.COOLDOWN_DOUBLING);
        return extras;
    }
}
