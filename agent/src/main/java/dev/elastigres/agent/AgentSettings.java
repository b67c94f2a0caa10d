package dev.elastigres.agent;

import dev.elastigres.agent.AgentConfig.ReloadableConfig;
import dev.elastigres.agent.AgentConfig.VmOverride;
import dev.elastigres.agent.driver.CgroupConfig;
import dev.elastigres.agent.platform.Platform;
import dev.elastigres.agent.worker.PollingConfig;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.agent.AgentTiming;
import dev.elastigres.core.agent.CooldownRules;
import dev.elastigres.core.agent.ExtraRule;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.GoalRules;
import dev.elastigres.core.scaling.WorkingSetRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.LogSettings;
import dev.elastigres.daemon.settings.HostNames;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingOrigin;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
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
    private static final double MAX_CPUS = 10_000;

    /// CPUs are counted in thousandths.
    private static final double MIN_CPUS = 0.001;

    private static final Bytes MIN_MEMORY = Bytes.ofMebibytes(1);
    private static final Bytes MAX_MEMORY = Bytes.ofGibibytes(1 << 20);

    private final Resources host;
    private final Platforms platforms;

    enum RuleSet {
        NEON,
        ELASTIGRES
    }

    // ---- what is where

    private static final Setting<HostPort> ADDR =
            Setting.of(
                            "addr",
                            SettingType.hostPort(),
                            "Address of the status and metrics pages; port 0 picks a"
                                    + " free port")
                    .flag('a')
                    .or("127.0.0.1:10400");
    private static final Setting<Boolean> DRY_RUN =
            Setting.of(
                    "dry-run",
                    SettingType.toggle(),
                    "Log and show recommended sizes without resizing");
    private static final Setting<String> EVENTS =
            Setting.of(
                            "events",
                            SettingType.text(),
                            "File for scaling events, one JSON object a line; - is"
                                    + " standard output")
                    .placeholder("FILE|-");

    // ---- rules

    private static final Setting<RuleSet> RULES =
            Setting.of(
                            "rules",
                            SettingType.oneOf(RuleSet.class),
                            "Base rules: neon, or elastigres for Neon's rules and the"
                                    + " five rules below")
                    .or("elastigres");
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
    private static final Setting<Double> LOAD_TARGET =
            Setting.of(
                            "load-target",
                            SettingType.decimal(0, 100).where(it -> it > 0, "give more than 0"),
                            "Target load average per CPU")
                    .or("0.9");
    private static final Setting<Double> CPU_USE_TARGET =
            fraction("cpu-use-target", "Target fraction of CPU time in use").or("0.8");
    private static final Setting<Double> MEMORY_USAGE_TARGET =
            fraction("memory-usage-target", "Target fraction of memory in use, page cache excluded")
                    .or("0.75");
    private static final Setting<Double> MEMORY_TOTAL_TARGET =
            fraction(
                            "memory-total-target",
                            "Target fraction of memory in use, working set included")
                    .or("0.9");
    private static final Setting<Duration> SHRINK_AFTER =
            Setting.of(
                            "damping-window",
                            SettingType.duration(),
                            "Damping window: how long the highest goal is kept")
                    .or("1m");
    private static final Setting<Duration> COOLDOWN_FIRST =
            Setting.of(
                            "cooldown-initial",
                            SettingType.duration(),
                            "Cooldown after a refused shrink or one that hurt")
                    .or("5s");
    private static final Setting<Duration> COOLDOWN_MAX =
            Setting.of("cooldown-max", SettingType.duration(), "Maximum cooldown").or("5m");

    // ---- sizes

    private static final Setting<Double> UNIT_CPUS =
            cpus(
                            "unit-cpus",
                            "CPUs of a compute unit; by default smaller for VMs with a"
                                    + " smaller minimum")
                    .or("0.25");
    private static final Setting<Bytes> UNIT_MEMORY =
            memory("unit-memory", "Memory of a compute unit; by default as for unit-cpus")
                    .or("1GiB");
    private static final Setting<Double> MIN_CPUS_OF_VM =
            cpus("min-cpus", "Minimum CPUs of every VM");
    private static final Setting<Bytes> MIN_MEMORY_OF_VM =
            memory("min-memory", "Minimum memory of every VM");
    private static final Setting<Double> MAX_CPUS_OF_VM =
            cpus("max-cpus", "Maximum CPUs of every VM");
    private static final Setting<Bytes> MAX_MEMORY_OF_VM =
            memory("max-memory", "Maximum memory of every VM");

    // ---- permits

    private static final Setting<Double> BUDGET_CPUS =
            cpus("budget-cpus", "CPUs of all VMs together; default: the host's");
    private static final Setting<Bytes> BUDGET_MEMORY =
            memory(
                    "budget-memory",
                    "Memory of all VMs together; default: the host's less" + " reserve-memory");
    private static final Setting<Bytes> RESERVE_MEMORY =
            Setting.of("reserve-memory", SettingType.bytes(), "Memory reserved for the host")
                    .or("1GiB");
    private static final Setting<Double> HEADROOM =
            Setting.of(
                            "headroom",
                            SettingType.decimal(0, 1),
                            "Fraction of the budget reserved for urgent requests")
                    .or("0.1");
    private static final Setting<HostPort> SCHEDULER =
            Setting.of(
                    "scheduler",
                    SettingType.hostPort(),
                    "Scheduler that grants permits in place of the budget; its" + " port is 10299");
    private static final Setting<String> NAMESPACE =
            Setting.of(
                            "namespace",
                            SettingType.text(),
                            "Namespace of the VMs in requests to the scheduler")
                    .or("default");

    // ---- timing

    private static final Setting<Duration> FIND_INTERVAL =
            time("discovery-interval", "VM discovery interval", "500ms");
    private static final Setting<Duration> METRICS_INTERVAL =
            time("metrics-interval", "Interval between reads of a VM's host metrics", "5s");
    private static final Setting<Duration> METRICS_TIMEOUT =
            time("metrics-timeout", "Timeout of a read of host metrics", "2s");
    private static final Setting<Duration> CACHE_INTERVAL =
            time("cache-interval", "Interval between reads of a VM's cache metrics", "15s");
    private static final Setting<Duration> CACHE_TIMEOUT =
            time("cache-timeout", "Timeout of a read of cache metrics", "5s");
    private static final Setting<Duration> STALE_AFTER =
            time("metrics-max-age", "Maximum age of metrics that justify a shrink", "20s");
    private static final Setting<Duration> SCHEDULER_EVERY =
            time("scheduler-interval", "Maximum interval between reports to the scheduler", "15s");
    private static final Setting<Duration> SCHEDULER_TIMEOUT =
            time("scheduler-timeout", "Timeout of a request to the scheduler", "2s");
    private static final Setting<Duration> SCHEDULER_RETRY =
            time("scheduler-backoff", "Backoff after a failed request to the scheduler", "3s");
    private static final Setting<Duration> DENIED_RETRY =
            time("denied-backoff", "Backoff after a permit for less than requested", "2s");
    private static final Setting<Duration> RESIZE_TIMEOUT =
            time("resize-timeout", "Timeout of a resize", "10s");
    private static final Setting<Duration> RESIZE_RETRY =
            time("resize-backoff", "Backoff after a failed resize", "5s");
    private static final Setting<Duration> MONITOR_TIMEOUT =
            time("monitor-timeout", "Timeout of a request to a monitor", "5s");
    private static final Setting<Duration> MONITOR_RETRY =
            time("monitor-backoff", "Backoff before a monitor is reconnected", "3s");
    private static final Setting<Duration> URGENT_FOR =
            time("urgent-duration", "How long an urgent request of a monitor is honoured", "10s");
    private static final Setting<Duration> HEALTH_INTERVAL =
            time("health-interval", "Interval between health checks of a monitor", "5s");
    private static final Setting<Duration> HEALTH_FAILS =
            time("health-timeout", "Disconnect a monitor that has been silent this long", "30s");

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
        COOLDOWN_MAX
    };
    private static final Setting<?>[] SIZE_SETTINGS = {
        UNIT_CPUS, UNIT_MEMORY, MIN_CPUS_OF_VM, MIN_MEMORY_OF_VM, MAX_CPUS_OF_VM, MAX_MEMORY_OF_VM
    };
    private static final Setting<?>[] BUDGET_SETTINGS = {
        BUDGET_CPUS, BUDGET_MEMORY, RESERVE_MEMORY, HEADROOM
    };
    private static final Setting<?>[] TIMING_SETTINGS = {
        STALE_AFTER,
        SCHEDULER_EVERY,
        SCHEDULER_TIMEOUT,
        SCHEDULER_RETRY,
        DENIED_RETRY,
        RESIZE_TIMEOUT,
        RESIZE_RETRY,
        MONITOR_TIMEOUT,
        MONITOR_RETRY,
        URGENT_FOR
    };
    private static final Setting<?>[] PACE_SETTINGS = {
        FIND_INTERVAL,
        METRICS_INTERVAL,
        METRICS_TIMEOUT,
        CACHE_INTERVAL,
        CACHE_TIMEOUT,
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
        Optional<Platform.PlatformProvider> chosen = platforms.findChosen(settings);
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
                .rule(AgentSettings::cooldown, COOLDOWN_FIRST, COOLDOWN_MAX)
                .rule(
                        it -> checkLimits(it.find(MIN_CPUS_OF_VM), it.find(MAX_CPUS_OF_VM)),
                        MIN_CPUS_OF_VM,
                        MAX_CPUS_OF_VM)
                .rule(
                        it -> checkLimits(it.find(MIN_MEMORY_OF_VM), it.find(MAX_MEMORY_OF_VM)),
                        MIN_MEMORY_OF_VM,
                        MAX_MEMORY_OF_VM)
                .rule(settings -> budget(settings), BUDGET_MEMORY, RESERVE_MEMORY)
                .rule(AgentSettings::timing, SCHEDULER_EVERY, SCHEDULER_TIMEOUT)
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
                        .map(it -> new AgentConfig.SchedulerConfig(it, settings.get(NAMESPACE))),
                pace(settings),
                live(settings),
                settings.find(EVENTS),
                settings.get(LogSettings.FORMAT),
                settings.get(LogSettings.LEVEL));
    }

    /// What of `settings` counts without a restart.
    ReloadableConfig live(Settings settings) {
        var own = new ArrayList<VmOverride>();
        settings.sections()
                .forEach(
                        (name, its) ->
                                own.add(new VmOverride(new NamePattern(name), vmRules(its))));
        // A name before patterns, which keep the order of the file.
        own.sort(Comparator.comparing(it -> !it.whose().isName()));
        return new ReloadableConfig(own, vmRules(settings), budget(settings));
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
                        .anyMatch(it -> !(settings.origin(it) instanceof SettingOrigin.Default));
        return new VmRules(unit(settings), !set, min(settings), max(settings), rules(settings));
    }

    private static ScalingRules rules(Settings settings) {
        Set<ExtraRule> extras = extras(settings);
        var goal =
                new GoalRules(
                        settings.get(LOAD_TARGET),
                        settings.get(MEMORY_USAGE_TARGET),
                        settings.get(MEMORY_TOTAL_TARGET),
                        GoalRules.NEON.stableRatio(),
                        GoalRules.NEON.mixedRatio(),
                        extras.contains(ExtraRule.WORKING_SET)
                                ? Optional.of(WorkingSetRules.WHERE_KNOWN)
                                : Optional.empty(),
                        extras.contains(ExtraRule.CPU_DEMAND)
                                ? Optional.of(settings.get(CPU_USE_TARGET))
                                : Optional.empty());
        return new ScalingRules(
                goal,
                timing(settings),
                extras.contains(ExtraRule.COOLDOWN_DOUBLING)
                        ? cooldown(settings)
                        : undoubled(cooldown(settings)),
                extras.contains(ExtraRule.DAMPING) ? settings.get(SHRINK_AFTER) : Duration.ZERO,
                extras.contains(ExtraRule.STATED_SIZES));
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
        };
    }

    private static CooldownRules cooldown(Settings settings) {
        return new CooldownRules(
                settings.get(COOLDOWN_FIRST),
                settings.get(COOLDOWN_MAX),
                CooldownRules.ELASTIGRES.hurtWithin());
    }

    private static CooldownRules undoubled(CooldownRules rules) {
        return new CooldownRules(rules.first(), rules.first(), rules.hurtWithin());
    }

    /// The compute unit that `settings` make.
    static ComputeUnit unit(Settings settings) {
        return new ComputeUnit(settings.get(UNIT_CPUS), settings.get(UNIT_MEMORY));
    }

    private Optional<Resources> min(Settings settings) {
        boolean own = platforms.findChosen(settings).map(it -> it.hasOwnMin()).orElse(true);
        Optional<Resources> unit = own ? Optional.empty() : Optional.of(unit(settings).times(1));
        return size(
                settings.find(MIN_CPUS_OF_VM).or(() -> unit.map(Resources::vcpus)),
                settings.find(MIN_MEMORY_OF_VM).or(() -> unit.map(Resources::memory)),
                0,
                Bytes.ZERO);
    }

    private static Optional<Resources> max(Settings settings) {
        return size(
                settings.find(MAX_CPUS_OF_VM),
                settings.find(MAX_MEMORY_OF_VM),
                MAX_CPUS,
                MAX_MEMORY);
    }

    /// What is not said of one resource does not limit it.
    private static Optional<Resources> size(
            Optional<Double> cpus, Optional<Bytes> memory, double anyCpus, Bytes anyMemory) {
        return cpus.isEmpty() && memory.isEmpty()
                ? Optional.empty()
                : Optional.of(new Resources(cpus.orElse(anyCpus), memory.orElse(anyMemory)));
    }

    private static <T extends Comparable<T>> void checkLimits(Optional<T> min, Optional<T> max) {
        if (min.isPresent() && max.isPresent() && min.get().compareTo(max.get()) > 0)
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
                platforms
                        .findChosen(settings)
                        .map(Platform.PlatformProvider::grain)
                        .orElse(CgroupConfig.GRAIN));
    }

    private static AgentTiming timing(Settings settings) {
        return new AgentTiming(
                settings.get(SCHEDULER_EVERY),
                settings.get(SCHEDULER_TIMEOUT),
                settings.get(SCHEDULER_RETRY),
                settings.get(DENIED_RETRY),
                settings.get(RESIZE_TIMEOUT),
                settings.get(RESIZE_RETRY),
                settings.get(MONITOR_TIMEOUT),
                settings.get(MONITOR_RETRY),
                settings.get(URGENT_FOR),
                settings.get(STALE_AFTER));
    }

    private static PollingConfig pace(Settings settings) {
        PollingConfig common = PollingConfig.DEFAULT;
        return new PollingConfig(
                settings.get(FIND_INTERVAL),
                common.lookEvery(),
                settings.get(METRICS_INTERVAL),
                settings.get(METRICS_TIMEOUT),
                settings.get(CACHE_INTERVAL),
                settings.get(CACHE_TIMEOUT),
                settings.get(HEALTH_INTERVAL),
                settings.get(HEALTH_FAILS),
                common.connectTimeout(),
                common.reconnectAfter(),
                common.restartFirst(),
                common.restartMax());
    }

    private static Setting<Boolean> extra(ExtraRule extra, String doc) {
        return Setting.of(extra.code(), SettingType.onOff(), doc);
    }

    private static Setting<Double> fraction(String name, String doc) {
        return Setting.of(
                name, SettingType.decimal(0, 1).where(it -> it > 0, "give more than 0"), doc);
    }

    private static Setting<Double> cpus(String name, String doc) {
        return Setting.of(name, SettingType.decimal(MIN_CPUS, MAX_CPUS), doc);
    }

    private static Setting<Bytes> memory(String name, String doc) {
        return Setting.of(name, SettingType.bytes(MIN_MEMORY, MAX_MEMORY), doc);
    }

    private static Setting<Duration> time(String name, String doc, String fallback) {
        return Setting.of(name, SettingType.duration(), doc).or(fallback);
    }
}
