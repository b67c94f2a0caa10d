package dev.elastigres.cli.rules;

import dev.elastigres.cli.rules.GoalOptions.GoalRuleSet;
import dev.elastigres.cli.rules.GoalOptions.OnOff;
import dev.elastigres.core.agent.ExtraRule;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.Preference;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

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

    @Option(
            names = "--learned-headroom",
            paramLabel = "on|off",
            description = "How full CPUs and memory may be is learned from the load's swings.")
    private @Nullable OnOff learnedHeadroom;

    @Option(
            names = "--prefer",
            paramLabel = "PREFERENCE",
            description =
                    "What learned headroom prefers: cost, balanced or latency (default: balanced).",
            converter = PreferenceConverter.class,
            completionCandidates = PreferenceNames.class)
    private Preference prefer = Preference.BALANCED;

    /// Reads the value of `--prefer`.
    static final class PreferenceConverter implements ITypeConverter<Preference> {
        @Override
        public Preference convert(String code) {
            try {
                return Preference.of(code);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    /// Lists the preferences for the completion in shells.
    static final class PreferenceNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Preference.values()).map(Preference::code).iterator();
        }
    }

    public ScalingRules rules() {
        ScalingRules rules = ScalingRules.of(extras(), prefer);
        return rules.with(goal.shaped(rules.goal()));
    }

    public ComputeUnit unit() {
        return goal.unit();
    }

    /// Returns the name of the rules, such as `elastigres`, `elastigres but damping`, `neon and
    /// damping` or `elastigres, prefer cost`.
    public String name() {
        boolean neon = goal.rules == GoalRuleSet.neon;
        Set<ExtraRule> extras = extras();
        var name = new StringBuilder(goal.rules.name());
        for (ExtraRule each : neon ? extras : EnumSet.complementOf(EnumSet.copyOf(extras)))
            name.append(neon ? " and " : " but ").append(each.code());
        if (extras.contains(ExtraRule.LEARNED_HEADROOM) && prefer != Preference.BALANCED)
            name.append(", prefer ").append(prefer.code());
        return name.toString();
    }

    private Set<ExtraRule> extras() {
        Set<ExtraRule> extras = goal.extras();
        GoalOptions.turn(ExtraRule.DAMPING, damping, extras);
        GoalOptions.turn(ExtraRule.STATED_SIZES, statedSizes, extras);
        GoalOptions.turn(ExtraRule.COOLDOWN_DOUBLING, cooldownDoubling, extras);
        GoalOptions.turn(ExtraRule.LEARNED_HEADROOM, learnedHeadroom, extras);
        return extras;
    }
}
