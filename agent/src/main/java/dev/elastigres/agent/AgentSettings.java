package dev.elastigres.agent;

import dev.elastigres.agent.AgentConfig.Live;
import dev.elastigres.agent.AgentConfig.Own;
import dev.elastigres.agent.driver.Cgroups;
import dev.elastigres.agent.platform.Platform;
import dev.elastigres.agent.worker.Pace;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.agent.CooldownRules;
import dev.elastigres.core.agent.Extra;
import dev.elastigres.core.agent.Rules;
import dev.elastigres.core.agent.Timing;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.core.scaling.WorkingSetRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.LogSettings;
import dev.elastigres.daemon.settings.HostNames;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.Kind;
import dev.elastigres.daemon.settings.Origin;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Every setting of the agent, and the config that they make.
final class AgentSettings {
    private static final double MOST_CPUS = 10_000;

    /// CPUs are counted in thousandths.
    private static final double LEAST_CPUS = 0.001;

    private static final Bytes LEAST_MEMORY = Bytes.ofMebibytes(1);
    private static final Bytes MOST_MEMORY = Bytes.ofGibibytes(1 << 20);

    private final Resources host;
    private final Platforms platforms;

    enum RuleSet {
        NEON,
        ELASTIGRES
    }

    // ---- what is where

    private static final Setting<HostPort> ADDR =
            Setting.of("addr", Kind.hostPort(), "Where the pages are; port 0 picks a free one")
                    .flag('a')
                    .or("127.0.0.1:10400");
    private static final Setting<Boolean> DRY_RUN =
            Setting.of("dry-run", Kind.toggle(), "Say what would be done, and do nothing");
    private static final Setting<String> EVENTS =
            Setting.of(
                            "events",
                            Kind.text(),
                            "Where each change of a size is written, as a line of JSON; -: standard"
                                    + " output")
                    .placeholder("FILE|-");

    // ---- rules

    private static final Setting<RuleSet> RULES =
            Setting.of(
                            "rules",
                            Kind.oneOf(RuleSet.class),
                            "Neon's rules, or these and all five below")
                    .or("elastigres");
    private static final Setting<Boolean> CPU_DEMAND =
            extra(Extra.CPU_DEMAND, "What the CPUs really did counts, where it is known");
    private static final Setting<Boolean> WORKING_SET =
            extra(Extra.WORKING_SET, "The cache's working set counts, where it is known");
    private static final Setting<Boolean> DAMPING =
            extra(Extra.DAMPING, "No smaller than the highest goal of the last while");
    private static final Setting<Boolean> STATED_SIZES =
            extra(Extra.STATED_SIZES, "The amounts in urgent asks and refusals count");
    private static final Setting<Boolean> COOLDOWN_DOUBLING =
            extra(Extra.COOLDOWN_DOUBLING, "The wait after a shrink that hurt doubles");
    private static final Setting<Double> LOAD_TARGET =
            Setting.of(
                            "load-target",
                            Kind.decimal(0, 100).where(it -> it > 0, "give more than 0"),
                            "The load average that one CPU should have")
                    .or("0.9");
    private static final Setting<Double> CPU_USE_TARGET =
            fraction("cpu-use-target", "The part of a CPU that should be busy").or("0.8");
    private static final Setting<Double> MEMORY_USAGE_TARGET =
            fraction("memory-usage-target", "The part of memory that should be used, no cache")
                    .or("0.75");
    private static final Setting<Double> MEMORY_TOTAL_TARGET =
            fraction("memory-total-target", "The same, with the working set").or("0.9");
    private static final Setting<Duration> SHRINK_AFTER =
            Setting.of("shrink-after", Kind.duration(), "Damping: how long a goal counts").or("1m");
    private static final Setting<Duration> COOLDOWN_FIRST =
            Setting.of("cooldown-first", Kind.duration(), "The wait after a refused shrink")
                    .or("5s");
    private static final Setting<Duration> COOLDOWN_LONGEST =
            Setting.of("cooldown-longest", Kind.duration(), "Where its doubling ends").or("5m");

    // ---- sizes

    private static final Setting<Double> UNIT_CPUS =
            cpus(
                            "unit-cpus",
                            "CPUs in one compute unit; not set: less for a VM that may be smaller")
                    .or("0.25");
    private static final Setting<Bytes> UNIT_MEMORY =
            memory("unit-memory", "Memory in one compute unit; not set: likewise").or("1GiB");
    private static final Setting<Double> LEAST_CPUS_OF_VM =
            cpus("least-cpus", "No VM becomes smaller, even if it could");
    private static final Setting<Bytes> LEAST_MEMORY_OF_VM =
            memory("least-memory", "No VM becomes smaller, even if it could");
    private static final Setting<Double> MOST_CPUS_OF_VM =
            cpus("most-cpus", "No VM becomes larger, even if it could");
    private static final Setting<Bytes> MOST_MEMORY_OF_VM =
            memory("most-memory", "No VM becomes larger, even if it could");

    // ---- permits

    private static final Setting<Double> BUDGET_CPUS =
            cpus("budget-cpus", "What all VMs may have together; if not said, the host's");
    private static final Setting<Bytes> BUDGET_MEMORY =
            memory("budget-memory", "The same; if not said, the host's less the reserve");
    private static final Setting<Bytes> RESERVE_MEMORY =
            Setting.of("reserve-memory", Kind.bytes(), "What the host keeps for itself").or("1GiB");
    private static final Setting<Double> HEADROOM =
            Setting.of(
                            "headroom",
                            Kind.decimal(0, 1),
                            "The part of the budget that only urgent asks get")
                    .or("0.1");
    private static final Setting<HostPort> SCHEDULER =
            Setting.of(
                    "scheduler",
                    Kind.hostPort(),
                    "Who permits instead of the budget; listens on port 10299");
    private static final Setting<String> NAMESPACE =
            Setting.of("namespace", Kind.text(), "That of the VMs, for the scheduler")
                    .or("default");

    // ---- timing

    private static final Setting<Duration> FIND_INTERVAL =
            time("find-interval", "How often is looked which VMs there are", "500ms");
    private static final Setting<Duration> METRICS_INTERVAL =
            time("metrics-interval", "How often a machine's metrics are read", "5s");
    private static final Setting<Duration> METRICS_LIMIT =
            time("metrics-limit", "How long that may take", "2s");
    private static final Setting<Duration> CACHE_INTERVAL =
            time("cache-interval", "How often a cache's metrics are read", "15s");
    private static final Setting<Duration> CACHE_LIMIT =
            time("cache-limit", "How long that may take", "5s");
    private static final Setting<Duration> STALE_AFTER =
            time("stale-after", "Older metrics make no VM smaller", "20s");
    private static final Setting<Duration> SCHEDULER_EVERY =
            time("scheduler-interval", "The most time between two words to who permits", "15s");
    private static final Setting<Duration> SCHEDULER_LIMIT =
            time("scheduler-limit", "How long an answer may take", "2s");
    private static final Setting<Duration> SCHEDULER_RETRY =
            time("scheduler-retry", "The wait after a failure", "3s");
    private static final Setting<Duration> DENIED_RETRY =
            time("denied-retry", "The wait after a permit for less than wanted", "2s");
    private static final Setting<Duration> RESIZE_LIMIT =
            time("resize-limit", "How long a resize may take", "10s");
    private static final Setting<Duration> RESIZE_RETRY =
            time("resize-retry", "The wait after one that failed", "5s");
    private static final Setting<Duration> MONITOR_LIMIT =
            time("monitor-limit", "How long a monitor's answer may take", "5s");
    private static final Setting<Duration> MONITOR_RETRY =
            time("monitor-retry", "The wait after it failed", "3s");
    private static final Setting<Duration> URGENT_FOR =
            time("urgent-for", "How long a monitor's urgent ask counts", "10s");
    private static final Setting<Duration> HEALTH_INTERVAL =
            time("health-interval", "How often a monitor is asked how it is", "5s");
    private static final Setting<Duration> HEALTH_FAILS =
            time("health-fails", "A monitor that is silent for longer is left", "30s");

    // ---- groups

    private static final Setting<?>[] RULE_SETTINGS = {
        RULES,
        CPU_DEMAND,
        WORKING_SET,
        DAMPING,
        STATED_SIZES,
        COOLDOWN_DOUBLING,
        LOAD_TARGET,
        CPU_USE_TARGET,
        MEMORY_USAGE_TARGET,
        MEMORY_TOTAL_TARGET,
        SHRINK_AFTER,
        COOLDOWN_FIRST,
        COOLDOWN_LONGEST
    };
    private static final Setting<?>[] SIZE_SETTINGS = {
        UNIT_CPUS,
        UNIT_MEMORY,
        LEAST_CPUS_OF_VM,
        LEAST_MEMORY_OF_VM,
        MOST_CPUS_OF_VM,
        MOST_MEMORY_OF_VM
    };
    private static final Setting<?>[] BUDGET_SETTINGS = {
        BUDGET_CPUS, BUDGET_MEMORY, RESERVE_MEMORY, HEADROOM
    };
    private static final Setting<?>[] TIMING_SETTINGS = {
        STALE_AFTER,
        SCHEDULER_EVERY,
        SCHEDULER_LIMIT,
        SCHEDULER_RETRY,
        DENIED_RETRY,
        RESIZE_LIMIT,
        RESIZE_RETRY,
        MONITOR_LIMIT,
        MONITOR_RETRY,
        URGENT_FOR
    };
    private static final Setting<?>[] PACE_SETTINGS = {
        FIND_INTERVAL,
        METRICS_INTERVAL,
        METRICS_LIMIT,
        CACHE_INTERVAL,
        CACHE_LIMIT,
        HEALTH_INTERVAL,
        HEALTH_FAILS
    };

    /// @param host its size, for the budget
    AgentSettings(Resources host, Platforms platforms) {
        this.host = host;
        this.platforms = platforms;
    }

    private void checkScheduler(Settings settings) {
        if (settings.find(SCHEDULER).isEmpty()) return;
        Optional<Platform.Provider> chosen = platforms.findChosen(settings);
        if (chosen.isPresent() && !chosen.get().acceptsScheduler())
            throw new IllegalArgumentException(
                    "the driver %s has a scheduler of its own, and takes no other"
                            .formatted(chosen.get().name()));
    }

    SettingTable table() {
        SettingTable main =
                SettingTable.of("elastigres agent")
                        .group(
                                "Main",
                                ADDR,
                                HostNames.SETTING,
                                platforms.driver(),
                                DRY_RUN,
                                EVENTS);
        return platforms
                .addTo(main, host)
                .group("Rules", RULE_SETTINGS)
                .group("Sizes", SIZE_SETTINGS)
                .group(
                        "Permits",
                        both(BUDGET_SETTINGS, SCHEDULER, NAMESPACE).toArray(Setting<?>[]::new))
                .group("Timing", both(PACE_SETTINGS, TIMING_SETTINGS).toArray(Setting<?>[]::new))
                .group("Log", LogSettings.FORMAT, LogSettings.LEVEL)
                .sections(
                        "vm",
                        Stream.concat(
                                        platforms.settingsOfVm().stream(),
                                        both(RULE_SETTINGS, SIZE_SETTINGS))
                                .toArray(Setting<?>[]::new))
                .rule(this::checkScheduler, platforms.driver(), SCHEDULER)
                .rule(AgentSettings::cooldown, COOLDOWN_FIRST, COOLDOWN_LONGEST)
                .rule(
                        it -> checkLimits(it.find(LEAST_CPUS_OF_VM), it.find(MOST_CPUS_OF_VM)),
                        LEAST_CPUS_OF_VM,
                        MOST_CPUS_OF_VM)
                .rule(
                        it -> checkLimits(it.find(LEAST_MEMORY_OF_VM), it.find(MOST_MEMORY_OF_VM)),
                        LEAST_MEMORY_OF_VM,
                        MOST_MEMORY_OF_VM)
                .rule(settings -> budget(settings), BUDGET_MEMORY, RESERVE_MEMORY)
                .rule(AgentSettings::timing, SCHEDULER_EVERY, SCHEDULER_LIMIT)
                .rule(AgentSettings::pace, PACE_SETTINGS);
    }

    private static Stream<Setting<?>> both(Setting<?>[] some, Setting<?>... others) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(others));
    }

    /// The config that `settings` make, once the table has read them.
    AgentConfig config(Settings settings) {
        return new AgentConfig(
                settings.get(ADDR),
                settings.find(HostNames.SETTING).orElse(List.of()),
                settings.get(DRY_RUN),
                settings.find(SCHEDULER)
                        .map(it -> new AgentConfig.Scheduler(it, settings.get(NAMESPACE))),
                pace(settings),
                live(settings),
                settings.find(EVENTS),
                settings.get(LogSettings.FORMAT),
                settings.get(LogSettings.LEVEL));
    }

    /// What of `settings` counts without a restart.
    Live live(Settings settings) {
        var own = new ArrayList<Own>();
        settings.sections()
                .forEach((name, its) -> own.add(new Own(new NamePattern(name), vmRules(its))));
        // A name before patterns, which keep the order of the file.
        own.sort(Comparator.comparing(it -> !it.whose().isName()));
        return new Live(own, vmRules(settings), budget(settings));
    }

    /// The settings that are others in `later`, and count after a restart only.
    SortedSet<String> needRestart(Settings now, Settings later) {
        Set<String> live =
                Stream.of(RULE_SETTINGS, SIZE_SETTINGS, BUDGET_SETTINGS, TIMING_SETTINGS)
                        .flatMap(Arrays::stream)
                        .map(Setting::name)
                        .collect(Collectors.toSet());
        var late = new TreeSet<>(now.changes(later));
        late.removeAll(live);
        late.addAll(platforms.chosen(now).needRestart(now, later, host));
        return late;
    }

    private VmRules vmRules(Settings settings) {
        boolean set =
                Stream.of(UNIT_CPUS, UNIT_MEMORY)
                        .anyMatch(it -> !(settings.origin(it) instanceof Origin.Default));
        return new VmRules(unit(settings), !set, least(settings), most(settings), rules(settings));
    }

    private static Rules rules(Settings settings) {
        Set<Extra> extras = extras(settings);
        var goal =
                new GoalRules(
                        settings.get(LOAD_TARGET),
                        settings.get(MEMORY_USAGE_TARGET),
                        settings.get(MEMORY_TOTAL_TARGET),
                        GoalRules.NEON.stableRatio(),
                        GoalRules.NEON.mixedRatio(),
                        extras.contains(Extra.WORKING_SET)
                                ? Optional.of(WorkingSetRules.WHERE_KNOWN)
                                : Optional.empty(),
                        extras.contains(Extra.CPU_DEMAND)
                                ? Optional.of(settings.get(CPU_USE_TARGET))
                                : Optional.empty());
        return new Rules(
                goal,
                timing(settings),
                extras.contains(Extra.COOLDOWN_DOUBLING)
                        ? cooldown(settings)
                        : undoubled(cooldown(settings)),
                extras.contains(Extra.DAMPING) ? settings.get(SHRINK_AFTER) : Duration.ZERO,
                extras.contains(Extra.STATED_SIZES));
    }

    private static Set<Extra> extras(Settings settings) {
        var extras =
                settings.get(RULES) == RuleSet.NEON
                        ? EnumSet.noneOf(Extra.class)
                        : EnumSet.allOf(Extra.class);
        for (Extra each : Extra.values()) {
            Optional<Boolean> to = settings.find(setting(each));
            if (to.isPresent() && to.get()) extras.add(each);
            if (to.isPresent() && !to.get()) extras.remove(each);
        }
        return extras;
    }

    private static Setting<Boolean> setting(Extra extra) {
        return switch (extra) {
            case CPU_DEMAND -> CPU_DEMAND;
            case WORKING_SET -> WORKING_SET;
            case DAMPING -> DAMPING;
            case STATED_SIZES -> STATED_SIZES;
            case COOLDOWN_DOUBLING -> COOLDOWN_DOUBLING;
        };
    }

    private static CooldownRules cooldown(Settings settings) {
        return new CooldownRules(
                settings.get(COOLDOWN_FIRST),
                settings.get(COOLDOWN_LONGEST),
                CooldownRules.ELASTIGRES.hurtWithin());
    }

    private static CooldownRules undoubled(CooldownRules rules) {
        return new CooldownRules(rules.first(), rules.first(), rules.hurtWithin());
    }

    /// The compute unit that `settings` make.
    static ComputeUnit unit(Settings settings) {
        return new ComputeUnit(settings.get(UNIT_CPUS), settings.get(UNIT_MEMORY));
    }

    private Optional<Resources> least(Settings settings) {
        boolean own = platforms.findChosen(settings).map(it -> it.hasOwnMin()).orElse(true);
        Optional<Resources> unit = own ? Optional.empty() : Optional.of(unit(settings).times(1));
        return size(
                settings.find(LEAST_CPUS_OF_VM).or(() -> unit.map(Resources::vcpus)),
                settings.find(LEAST_MEMORY_OF_VM).or(() -> unit.map(Resources::memory)),
                0,
                Bytes.ZERO);
    }

    private static Optional<Resources> most(Settings settings) {
        return size(
                settings.find(MOST_CPUS_OF_VM),
                settings.find(MOST_MEMORY_OF_VM),
                MOST_CPUS,
                MOST_MEMORY);
    }

    /// What is not said of one resource does not limit it.
    private static Optional<Resources> size(
            Optional<Double> cpus, Optional<Bytes> memory, double anyCpus, Bytes anyMemory) {
        return cpus.isEmpty() && memory.isEmpty()
                ? Optional.empty()
                : Optional.of(new Resources(cpus.orElse(anyCpus), memory.orElse(anyMemory)));
    }

    private static <T extends Comparable<T>> void checkLimits(Optional<T> least, Optional<T> most) {
        if (least.isPresent() && most.isPresent() && least.get().compareTo(most.get()) > 0)
            throw new IllegalArgumentException("the least is above the most");
    }

    private BudgetRules budget(Settings settings) {
        Bytes memory =
                settings.find(BUDGET_MEMORY)
                        .orElse(host.memory().minus(settings.get(RESERVE_MEMORY)));
        if (memory.equals(Bytes.ZERO))
            throw new IllegalArgumentException(
                    "nothing is left of the host's "
                            + host.memory()
                            + ": reserve less, or say the budget");
        double cpus = settings.find(BUDGET_CPUS).orElse(host.vcpus());
        return BudgetRules.of(
                new Resources(cpus, memory),
                settings.get(HEADROOM),
                unit(settings).times(1),
                platforms.findChosen(settings).map(Platform.Provider::grain).orElse(Cgroups.GRAIN));
    }

    private static Timing timing(Settings settings) {
        return new Timing(
                settings.get(SCHEDULER_EVERY),
                settings.get(SCHEDULER_LIMIT),
                settings.get(SCHEDULER_RETRY),
                settings.get(DENIED_RETRY),
                settings.get(RESIZE_LIMIT),
                settings.get(RESIZE_RETRY),
                settings.get(MONITOR_LIMIT),
                settings.get(MONITOR_RETRY),
                settings.get(URGENT_FOR),
                settings.get(STALE_AFTER));
    }

    private static Pace pace(Settings settings) {
        Pace common = Pace.DEFAULT;
        return new Pace(
                settings.get(FIND_INTERVAL),
                common.lookEvery(),
                settings.get(METRICS_INTERVAL),
                settings.get(METRICS_LIMIT),
                settings.get(CACHE_INTERVAL),
                settings.get(CACHE_LIMIT),
                settings.get(HEALTH_INTERVAL),
                settings.get(HEALTH_FAILS),
                common.connectLimit(),
                common.reconnectAfter(),
                common.restartFirst(),
                common.restartLongest());
    }

    private static Setting<Boolean> extra(Extra extra, String doc) {
        return Setting.of(extra.code(), Kind.onOff(), doc);
    }

    private static Setting<Double> fraction(String name, String doc) {
        return Setting.of(name, Kind.decimal(0, 1).where(it -> it > 0, "give more than 0"), doc);
    }

    private static Setting<Double> cpus(String name, String doc) {
        return Setting.of(name, Kind.decimal(LEAST_CPUS, MOST_CPUS), doc);
    }

    private static Setting<Bytes> memory(String name, String doc) {
        return Setting.of(name, Kind.bytes(LEAST_MEMORY, MOST_MEMORY), doc);
    }

    private static Setting<Duration> time(String name, String doc, String fallback) {
        return Setting.of(name, Kind.duration(), doc).or(fallback);
    }
}
