package dev.elastigres.cli.rules;

import dev.elastigres.cli.rules.GoalOptions.GoalRuleSet;
import dev.elastigres.cli.rules.GoalOptions.OnOff;
import dev.elastigres.core.agent.ExtraRule;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.scaling.ComputeUnit;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Options of the rules that compute goals and decide a VM's size.
public final class ScalingRulesOptions {
    @Mixin private GoalOptions goal = new GoalOptions();

    @Option(
            names = "--damping",
            paramLabel = "on|off",
            description = "Do not shrink a VM below the highest goal of the last minute.")
    private @Nullable OnOff damping;

    @Option(
            names = "--stated-sizes",
            paramLabel = "on|off",
            description = "Use the sizes stated in urgent requests and refusals.")
    private @Nullable OnOff statedSizes;

    @Option(
            names = "--cooldown-doubling",
            paramLabel = "on|off",
            description = "Double the cooldown after each shrink that was too much.")
    private @Nullable OnOff cooldownDoubling;

    public ScalingRules rules() {
        ScalingRules rules = ScalingRules.of(extras());
        return rules.with(goal.shaped(rules.goal()));
    }

    public ComputeUnit unit() {
        return goal.unit();
    }

    /// Returns the name of the rules, such as `elastigres`, `elastigres but damping` or `neon and
    /// damping`.
    public String name() {
        boolean neon = goal.rules == GoalRuleSet.neon;
        Set<ExtraRule> extras = extras();
        var name = new StringBuilder(goal.rules.name());
        for (ExtraRule each : neon ? extras : EnumSet.complementOf(EnumSet.copyOf(extras)))
            name.append(neon ? " and " : " but ").append(each.code());
        return name.toString();
    }

    private Set<ExtraRule> extras() {
        Set<ExtraRule> extras = goal.extras();
        GoalOptions.turn(ExtraRule.DAMPING, damping, extras);
        GoalOptions.turn(ExtraRule.STATED_SIZES, statedSizes, extras);
        GoalOptions.turn(ExtraRule.COOLDOWN_DOUBLING, cooldownDoubling, extras);
        return extras;
    }
}
