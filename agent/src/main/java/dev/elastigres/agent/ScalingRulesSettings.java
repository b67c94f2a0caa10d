package dev.elastigres.agent;

import dev.elastigres.core.agent.CooldownRules;
import dev.elastigres.core.agent.ExtraRule;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.core.scaling.Preference;
import dev.elastigres.core.scaling.SizeShape;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/// The settings of the scaling rules, which each VM may have of its own.
final class ScalingRulesSettings {
    enum RuleSet {
        NEON,
        ELASTIGRES
    }

    private static final Setting<RuleSet> RULES =
            Setting.of(
                            "rules",
                            SettingType.oneOf(RuleSet.class),
                            "Base rules: neon, or elastigres for Neon's rules and the"
                                    + " six rules below")
                    .or("elastigres");
    private static final Setting<SizeShape> SHAPE =
            Setting.of(
                            "shape",
                            SettingType.oneOf(SizeShape.class),
                            "Sizes: units (whole compute units), or independent (CPU and memory"
                                    + " each in steps of its own)")
                    .or("units");
    private static final Setting<Preference> PREFER =
            Setting.of(
                            "prefer",
                            SettingType.oneOf(Preference.class),
                            "What learned headroom prefers: cost (lowest cost), balanced, or"
                                    + " latency (shortest waits)")
                    .or("balanced");
    private static final Setting<Boolean> CPU_DEMAND =
            extra(ExtraRule.CPU_DEMAND, "Size CPUs by measured CPU demand where it is known");
    private static final Setting<Boolean> WORKING_SET =
            extra(
                    ExtraRule.WORKING_SET,
                    "Size memory by the cache's working set where it is known");
    private static final Setting<Boolean> DAMPING =
            extra(ExtraRule.DAMPING, "Keep the highest goal of the damping window");
    private static final Setting<Boolean> STATED_SIZES =
            extra(ExtraRule.STATED_SIZES, "Use the amounts in urgent requests and refusals");
    private static final Setting<Boolean> COOLDOWN_DOUBLING =
            extra(ExtraRule.COOLDOWN_DOUBLING, "Double the cooldown after each shrink that hurt");
    private static final Setting<Boolean> LEARNED_HEADROOM =
            extra(
                    ExtraRule.LEARNED_HEADROOM,
                    "Learn from the load's swings how full CPUs and memory may be");
    private static final Setting<Double> LOAD_TARGET =
            Setting.of(
                            "load-target",
                            SettingType.decimal(0, 100).where(it -> it > 0, "give more than 0"),
                            "Target load average per CPU")
                    .or("0.9");
    private static final Setting<Double> CPU_USE_TARGET =
            fraction(
                            "cpu-use-target",
                            "Target fraction of CPU time in use; with learned headroom, until it"
                                    + " is learned")
                    .or("0.8");
    private static final Setting<Double> MEMORY_USAGE_TARGET =
            fraction("memory-usage-target", "Target fraction of memory in use, page cache excluded")
                    .or("0.75");
    private static final Setting<Double> MEMORY_TOTAL_TARGET =
            fraction(
                    "memory-total-target",
                    "Target fraction of memory in use, working set included; by default 0.9, and"
                            + " 1 with learned headroom that does not prefer latency");
    private static final Setting<Duration> DAMPING_WINDOW =
            Setting.of(
                            "damping-window",
                            SettingType.duration(),
                            "Damping window: how long the highest goal is kept")
                    .or("1m");
    static final Setting<Duration> COOLDOWN_INITIAL =
            Setting.of(
                            "cooldown-initial",
                            SettingType.duration(),
                            "Cooldown after a refused shrink or one that hurt")
                    .or("5s");
    static final Setting<Duration> COOLDOWN_MAX =
            Setting.of("cooldown-max", SettingType.duration(), "Maximum cooldown").or("5m");

    static final Setting<?>[] ALL = {
        RULES,
        SHAPE,
        PREFER,
        CPU_DEMAND,
        WORKING_SET,
        DAMPING,
        STATED_SIZES,
        COOLDOWN_DOUBLING,
        LEARNED_HEADROOM,
        LOAD_TARGET,
        CPU_USE_TARGET,
        MEMORY_USAGE_TARGET,
        MEMORY_TOTAL_TARGET,
        DAMPING_WINDOW,
        COOLDOWN_INITIAL,
        COOLDOWN_MAX
    };

    private ScalingRulesSettings() {}

    static ScalingRules rules(Settings settings) {
        Set<ExtraRule> extras = extras(settings);
        GoalRules defaults = ScalingRules.of(extras, settings.get(PREFER)).goal();
        var goal =
                new GoalRules(
                        settings.get(LOAD_TARGET),
                        settings.get(MEMORY_USAGE_TARGET),
                        settings.find(MEMORY_TOTAL_TARGET).orElse(defaults.totalTarget()),
                        defaults.stableRatio(),
                        defaults.mixedRatio(),
                        defaults.workingSet(),
                        extras.contains(ExtraRule.CPU_DEMAND)
                                ? Optional.of(settings.get(CPU_USE_TARGET))
                                : Optional.empty(),
                        settings.get(SHAPE));
        return new ScalingRules(
                goal,
                TimingSettings.timing(settings),
                extras.contains(ExtraRule.COOLDOWN_DOUBLING)
                        ? cooldown(settings)
                        : undoubled(cooldown(settings)),
                extras.contains(ExtraRule.DAMPING) ? settings.get(DAMPING_WINDOW) : Duration.ZERO,
                extras.contains(ExtraRule.STATED_SIZES),
                extras.contains(ExtraRule.LEARNED_HEADROOM)
                        ? Optional.of(settings.get(PREFER))
                        : Optional.empty());
    }

    private static Set<ExtraRule> extras(Settings settings) {
        var extras =
                settings.get(RULES) == RuleSet.NEON
                        ? EnumSet.noneOf(ExtraRule.class)
                        : EnumSet.allOf(ExtraRule.class);
        for (ExtraRule each : ExtraRule.values()) {
            Optional<Boolean> to = settings.find(setting(each));
            if (to.isPresent() && to.get()) extras.add(each);
            if (to.isPresent() && !to.get()) extras.remove(each);
        }
        return extras;
    }

    private static Setting<Boolean> setting(ExtraRule extra) {
        return switch (extra) {
            case CPU_DEMAND -> CPU_DEMAND;
            case WORKING_SET -> WORKING_SET;
            case DAMPING -> DAMPING;
            case STATED_SIZES -> STATED_SIZES;
            case COOLDOWN_DOUBLING -> COOLDOWN_DOUBLING;
            case LEARNED_HEADROOM -> LEARNED_HEADROOM;
        };
    }

    static CooldownRules cooldown(Settings settings) {
        return new CooldownRules(
                settings.get(COOLDOWN_INITIAL),
                settings.get(COOLDOWN_MAX),
                CooldownRules.ELASTIGRES.hurtWithin());
    }

    private static CooldownRules undoubled(CooldownRules rules) {
        return new CooldownRules(rules.first(), rules.first(), rules.hurtWithin());
    }

    private static Setting<Boolean> extra(ExtraRule extra, String doc) {
        return Setting.of(extra.code(), SettingType.onOff(), doc);
    }

    private static Setting<Double> fraction(String name, String doc) {
        return Setting.of(
                name, SettingType.decimal(0, 1).where(it -> it > 0, "give more than 0"), doc);
    }
}
