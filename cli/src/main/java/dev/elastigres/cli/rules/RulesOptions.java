package dev.elastigres.cli.rules;

import dev.elastigres.cli.rules.GoalOptions.RuleSet;
import dev.elastigres.cli.rules.GoalOptions.Switch;
import dev.elastigres.core.agent.Extra;
import dev.elastigres.core.agent.Rules;
import dev.elastigres.core.scaling.ComputeUnit;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// By which rules a VM gets its size: how goals are made, and what is done about them.
public final class RulesOptions {
    @Mixin private GoalOptions goal = new GoalOptions();

    @Option(
            names = "--damping",
            paramLabel = "on|off",
            description = "A VM becomes no smaller than the highest goal of the last minute.")
    private @Nullable Switch damping;

    @Option(
            names = "--stated-sizes",
            paramLabel = "on|off",
            description = "The amounts in urgent asks and refusals count.")
    private @Nullable Switch statedSizes;

    @Option(
            names = "--cooldown-doubling",
            paramLabel = "on|off",
            description = "The wait after a shrink that hurt doubles each time.")
    private @Nullable Switch cooldownDoubling;

    public Rules rules() {
        return Rules.of(extras());
    }

    public ComputeUnit unit() {
        return goal.unit();
    }

    /// What the rules are called: `elastigres`, `elastigres but damping`, `neon and damping`.
    public String name() {
        boolean neon = goal.rules == RuleSet.neon;
        Set<Extra> extras = extras();
        var name = new StringBuilder(goal.rules.name());
        for (Extra each : neon ? extras : EnumSet.complementOf(EnumSet.copyOf(extras)))
            name.append(neon ? " and " : " but ").append(each.code());
        return name.toString();
    }

    private Set<Extra> extras() {
        Set<Extra> extras = goal.extras();
        GoalOptions.turn(Extra.DAMPING, damping, extras);
        GoalOptions.turn(Extra.STATED_SIZES, statedSizes, extras);
        GoalOptions.turn(Extra.COOLDOWN_DOUBLING, cooldownDoubling, extras);
        return extras;
    }
}
