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
                    .advice(
                            "With elastigres sizes follow measured demand; neon is for"
                                    + " comparing sizes with Neon's autoscaler-agent, and counts"
                                    + " load averages with the work of resizes. The six rules are"
                                    + " on with elastigres and off with neon, and each can be"
                                    + " switched alone.")
                    .or("elastigres");
    private static final Setting<SizeShape> SHAPE =
            Setting.of(
                            "shape",
                            SettingType.oneOf(SizeShape.class),
                            "Shape of sizes: units (whole compute units), or independent (CPU and"
                                    + " memory each in steps of its own)")
                    .advice(
                            "Independent sizes cost a fifth to a third less where CPU"
                                    + " and memory are paid for separately. Whole units suit a"
                                    + " scheduler or a monitor of protocol v1.0, which count in"
                                    + " compute units.")
                    .or("units");
    private static final Setting<Preference> PREFER =
            Setting.of(
                            "prefer",
                            SettingType.oneOf(Preference.class),
                            "What learned headroom prefers: cost (lowest cost), balanced, or"
                                    + " latency (shortest waits)")
                    .advice(
                            "It is the part of rises in CPU demand that a size covers"
                                    + " in advance: 95 % with cost, 97.5 % with balanced, 99.9 %"
                                    + " with latency. It also limits the memory reserve of"
                                    + " independent sizes to 1, 2 or 4 compute units; each step"
                                    + " costs more and leaves fewer and shorter shortages.")
                    .or("balanced");
    private static final Setting<Boolean> CPU_DEMAND =
            extra(ExtraRule.CPU_DEMAND, "Size CPUs by measured CPU demand where it is known")
                    .advice(
                            "With on, a size follows the CPU time between two reads of"
                                    + " the host metrics, and the time in which tasks waited for"
                                    + " a CPU. With off, or without these figures, it follows"
                                    + " load averages, which rise over a minute and also count"
                                    + " tasks that wait for disks.");
    private static final Setting<Boolean> WORKING_SET =
            extra(ExtraRule.WORKING_SET, "Size memory by the cache's working set where it is known")
                    .advice(
                            "It needs the cache metrics of Neon's file cache and"
                                    + " changes nothing without them. With off, memory may shrink"
                                    + " below what Postgres rereads, which shows as more disk"
                                    + " reads.");
    private static final Setting<Boolean> DAMPING =
            extra(ExtraRule.DAMPING, "Keep the highest goal of the damping window")
                    .advice(
                            "With off, a VM becomes smaller with the first lower"
                                    + " reading: cheaper with steady loads, but loads that rise"
                                    + " every minute then cause a resize each time"
                                    + " (damping-window).");
    private static final Setting<Boolean> STATED_SIZES =
            extra(ExtraRule.STATED_SIZES, "Use the amounts in urgent requests and refusals")
                    .advice(
                            "With on, a VM grows to the amount of a request in one"
                                    + " resize; with off, by one compute unit for each request,"
                                    + " as Neon's agent does. Only monitors of protocol v1.1 give"
                                    + " amounts.");
    private static final Setting<Boolean> COOLDOWN_DOUBLING =
            extra(
                            ExtraRule.COOLDOWN_DOUBLING,
                            "Double the cooldown after each shrink that was refused"
                                    + " again or was followed by a need for more")
                    .advice(
                            "With on, attempts become rare for a VM that repeatedly"
                                    + " needs back what it gave, up to cooldown-max. With off,"
                                    + " every cooldown is cooldown-initial.");
    private static final Setting<Boolean> LEARNED_HEADROOM =
            extra(
                            ExtraRule.LEARNED_HEADROOM,
                            "Learn from the load's swings how full CPUs and memory may be")
                    .advice(
                            "With on, CPUs are filled to between 60 % with the jumpiest"
                                    + " load and 95 % with the steadiest, as prefer asks. With"
                                    + " off, cpu-use-target applies to every VM, which costs more"
                                    + " with steady loads and covers less of jumpy ones. CPUs are"
                                    + " learned only with cpu-demand.");
    private static final Setting<Double> LOAD_TARGET =
            Setting.of(
                            "load-target",
                            SettingType.decimal(0, 100).where(it -> it > 0, "give more than 0"),
                            "Target load average per CPU")
                    .advice(
                            "Applies where CPU demand is not measured. A lower target"
                                    + " gives a VM more CPUs for the same load and costs more;"
                                    + " above 1, tasks wait for a CPU before the VM grows.")
                    .or("0.9");
    private static final Setting<Double> CPU_USE_TARGET =
            fraction(
                            "cpu-use-target",
                            "Target fraction of CPU time in use, until learned headroom"
                                    + " replaces it")
                    .advice(
                            "With learned-headroom it counts like the first five"
                                    + " minutes of readings only. Otherwise 0.8 keeps a fifth of"
                                    + " the CPUs for rises; above 0.9, most rises are met by"
                                    + " waiting tasks.")
                    .or("0.8");
    private static final Setting<Double> MEMORY_USAGE_TARGET =
            fraction("memory-usage-target", "Target fraction of memory in use, page cache excluded")
                    .advice(
                            "The rest is page cache and room for growth until the next"
                                    + " resize. Above 0.9, a rise may reach the monitor's"
                                    + " threshold first (cgroup-overhead) and become an urgent"
                                    + " request; a low target pays for memory that only caches"
                                    + " files.")
                    .or("0.75");
    private static final Setting<Double> MEMORY_TOTAL_TARGET =
            fraction(
                            "memory-total-target",
                            "Target fraction of memory in use, working set included; by default 0.9, and"
                                    + " 1 with learned headroom that does not prefer latency")
                    .advice(
                            "Applies where the cache's working set is known"
                                    + " (working-set). A lower target keeps room beside the"
                                    + " working set, so that growth does not push it out of the"
                                    + " page cache.");
    private static final Setting<Duration> DAMPING_WINDOW =
            Setting.of(
                            "damping-window",
                            SettingType.duration(),
                            "Time for which the highest goal is kept, and for which a"
                                    + " VM's load must be known before it shrinks")
                    .advice(
                            "Choose it longer than the pauses of a load that comes and"
                                    + " goes, so that it does not cause a resize each time;"
                                    + " unused capacity is paid for that long after each peak."
                                    + " With learned-headroom, CPUs use a quarter, one or three"
                                    + " times this value, whichever costs least.")
                    .or("1m");
    static final Setting<Duration> COOLDOWN_INITIAL =
            Setting.of(
                            "cooldown-initial",
                            SettingType.duration(),
                            "Cooldown after a refused shrink, or after one that was"
                                    + " followed by a need for more within a minute")
                    .advice(
                            "A shorter one repeats attempts that the VM has just"
                                    + " refused. A longer one keeps a size that may be too large;"
                                    + " the VM can grow at any time.")
                    .or("5s");
    static final Setting<Duration> COOLDOWN_MAX =
            Setting.of(
                            "cooldown-max",
                            SettingType.duration(),
                            "Maximum cooldown between attempts to shrink")
                    .advice(
                            "It bounds cooldown-doubling and is ignored when that is"
                                    + " off. A VM that was refused several times in a row keeps"
                                    + " its size for up to this long after its load has fallen.")
                    .or("5m");

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
