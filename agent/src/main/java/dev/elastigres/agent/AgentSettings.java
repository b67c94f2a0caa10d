package dev.elastigres.agent;

import dev.elastigres.agent.AgentConfig.ReloadableConfig;
import dev.elastigres.agent.AgentConfig.VmOverride;
import dev.elastigres.agent.driver.CgroupConfig;
import dev.elastigres.agent.platform.Platform;
import dev.elastigres.agent.worker.VmRules;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.log.LogSettings;
import dev.elastigres.daemon.settings.EffectiveSetting;
import dev.elastigres.daemon.settings.HostNames;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingOrigin;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.daemon.settings.UsageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The settings of the agent, and their conversion to an [AgentConfig].
final class AgentSettings {
    private final Resources host;
    private final Platforms platforms;

    private static final Setting<HostPort> ADDR =
            Setting.of(
                            "addr",
                            SettingType.hostPort(),
                            "Address of the status and metrics pages; port 0 picks a free port")
                    .advice(
                            "Everyone who reaches it can read the pages; changes need"
                                    + " actions-token-file. Keep a loopback address, or choose one that only operators and"
                                    + " Prometheus can reach; agent status, top and explain"
                                    + " connect to the default unless --address names another"
                                    + " one.")
                    .flag('a')
                    .or("127.0.0.1:10400");
    private static final Setting<Boolean> DRY_RUN =
            Setting.of("dry-run", SettingType.toggle(), "Report sizes without resizing")
                    .advice(
                            "Use it to compare recommendations with today's sizes"
                                    + " before the agent may resize. No scheduler and no monitor"
                                    + " is called, permits come from the budget, and no lock is"
                                    + " taken, so it can run beside another agent.");
    private static final Setting<String> EVENTS =
            Setting.of(
                            "events",
                            SettingType.text(),
                            "File for scaling events, one JSON object a line; - is standard output")
                    .advice(
                            "Each change of a VM's size is appended as one line."
                                    + " Without it there is no record beyond the log and the"
                                    + " history of one day; a line that cannot be written is lost"
                                    + " and counted. Each agent needs a file of its own.")
                    .placeholder("FILE|-");

    private static final Setting<Path> STATE_DIR =
            Setting.of(
                            "state-dir",
                            SettingType.path(),
                            "Folder for the history of the VMs, pauses and pins")
                    .advice(
                            "Choose a folder on a local disk that survives restarts,"
                                    + " with 206 KiB for each VM. Without it, an agent that"
                                    + " restarts has lost the history of the last day, the"
                                    + " memory floors that follow OOM kills, pauses and pins.")
                    .placeholder("FOLDER");

    private static final Setting<Path> ACTIONS_TOKEN_FILE =
            Setting.of(
                            "actions-token-file",
                            SettingType.path(),
                            "Token of operators who may pause VMs and pin sizes")
                    .advice(
                            "Set it to let operators hold the size of a VM by the commands or on"
                                    + " the live page: one line of 16 or more visible characters,"
                                    + " which only they and the agent may read. Without it, the"
                                    + " pages are read-only. The file is reread when it changes.")
                    .placeholder("FILE");

    /// @param host the size of this host, which bounds the budget
    AgentSettings(Resources host, Platforms platforms) {
        this.host = host;
        this.platforms = platforms;
    }

    private void checkScheduler(Settings settings) {
        if (settings.find(PermitSettings.SCHEDULER).isEmpty()) return;
        Optional<Platform.PlatformProvider> chosen = platforms.findChosen(settings);
        if (chosen.isPresent() && !chosen.get().acceptsScheduler())
            throw new IllegalArgumentException(
                    "the driver %s has its own scheduler and accepts no other"
                            .formatted(chosen.get().name()));
    }

    SettingTable table() {
        SettingTable main =
                SettingTable.of("elastigres agent")
                        .examples(
                                "elastigres agent --dry-run",
                                "elastigres agent --driver cgroup --cgroup 'system.slice/system-postgresql.slice/postgresql@*.service'",
                                "elastigres agent --config /etc/elastigres/agent.toml --events /var/log/elastigres/events.jsonl")
                        .group(
                                "Main",
                                ADDR,
                                HostNames.SETTING,
                                platforms.driver(),
                                DRY_RUN,
                                EVENTS,
                                STATE_DIR,
                                ACTIONS_TOKEN_FILE);
        SettingTable all =
                platforms
                        .addTo(main, host)
                        .group("Rules", ScalingRulesSettings.ALL)
                        .group("Sizes", SizeSettings.ALL)
                        .group(
                                "Permits",
                                both(
                                                PermitSettings.BUDGET,
                                                PermitSettings.SCHEDULER,
                                                PermitSettings.NAMESPACE)
                                        .toArray(Setting<?>[]::new))
                        .group(
                                "Timing",
                                both(TimingSettings.POLLING, TimingSettings.DECISIONS)
                                        .toArray(Setting<?>[]::new))
                        .group("Log", LogSettings.FORMAT, LogSettings.LEVEL)
                        .sections(
                                "vm",
                                Stream.concat(
                                                platforms.settingsOfVm().stream(),
                                                both(ScalingRulesSettings.ALL, SizeSettings.ALL))
                                        .toArray(Setting<?>[]::new));
        return withRules(all);
    }

    private SettingTable withRules(SettingTable table) {
        return table.rule(this::checkScheduler, platforms.driver(), PermitSettings.SCHEDULER)
                .rule(
                        ScalingRulesSettings::cooldown,
                        ScalingRulesSettings.COOLDOWN_INITIAL,
                        ScalingRulesSettings.COOLDOWN_MAX)
                .rule(
                        it ->
                                SizeSettings.checkLimits(
                                        it.find(SizeSettings.VM_MIN_CPUS),
                                        it.find(SizeSettings.VM_MAX_CPUS)),
                        SizeSettings.VM_MIN_CPUS,
                        SizeSettings.VM_MAX_CPUS)
                .rule(
                        it ->
                                SizeSettings.checkLimits(
                                        it.find(SizeSettings.VM_MIN_MEMORY),
                                        it.find(SizeSettings.VM_MAX_MEMORY)),
                        SizeSettings.VM_MIN_MEMORY,
                        SizeSettings.VM_MAX_MEMORY)
                .rule(
                        settings -> budget(settings),
                        PermitSettings.BUDGET_MEMORY,
                        PermitSettings.RESERVE_MEMORY)
                .rule(
                        TimingSettings::timing,
                        TimingSettings.SCHEDULER_INTERVAL,
                        TimingSettings.SCHEDULER_TIMEOUT)
                .rule(TimingSettings::polling, TimingSettings.POLLING);
    }

    private static Stream<Setting<?>> both(Setting<?>[] some, Setting<?>... others) {
        return Stream.concat(Arrays.stream(some), Arrays.stream(others));
    }

    /// Returns the configuration for `settings`, which the table has validated.
    AgentConfig config(Settings settings) {
        return new AgentConfig(
                settings.get(ADDR),
                settings.find(HostNames.SETTING).orElse(List.of()),
                settings.get(DRY_RUN),
                settings.find(PermitSettings.SCHEDULER)
                        .map(
                                it ->
                                        new AgentConfig.SchedulerConfig(
                                                it, settings.get(PermitSettings.NAMESPACE))),
                TimingSettings.polling(settings),
                live(settings),
                settings.find(ACTIONS_TOKEN_FILE),
                settings.find(STATE_DIR),
                settings.find(EVENTS),
                settings.get(LogSettings.FORMAT),
                settings.get(LogSettings.LEVEL));
    }

    /// Returns the part of `settings` that takes effect without a restart.
    ReloadableConfig live(Settings settings) {
        var own = new ArrayList<VmOverride>();
        settings.sections()
                .forEach(
                        (name, its) ->
                                own.add(new VmOverride(new NamePattern(name), vmRules(its))));
        // Names precede patterns, which keep the order of the file.
        own.sort(Comparator.comparing(it -> !it.whose().isName()));
        return new ReloadableConfig(own, vmRules(settings), budget(settings));
    }

    /// Returns the effective settings of one VM, those of its section included.
    List<EffectiveSetting> describe(Settings settings, String vm) {
        return ofVm(settings, vm)
                .describe(both(ScalingRulesSettings.ALL, SizeSettings.ALL).toList());
    }

    /// Returns the rules of one VM with some of its settings replaced.
    ///
    /// @param given values by the name of their setting
    /// @throws UsageException if a name is unknown or a value invalid
    VmRules rulesWith(Settings settings, String vm, Map<String, String> given)
            throws UsageException {
        return vmRules(table().override(ofVm(settings, vm), given));
    }

    private static Settings ofVm(Settings settings, String vm) {
        return settings.sections().entrySet().stream()
                .filter(it -> new NamePattern(it.getKey()).matches(vm))
                // A name takes precedence over patterns, which keep the order of the file.
                .min(Comparator.comparing(it -> !new NamePattern(it.getKey()).isName()))
                .map(Map.Entry::getValue)
                .orElse(settings);
    }

    /// Returns the settings that differ in `later` and take effect after a restart only.
    SortedSet<String> needRestart(Settings now, Settings later) {
        Set<String> live =
                Stream.of(
                                ScalingRulesSettings.ALL,
                                SizeSettings.ALL,
                                PermitSettings.BUDGET,
                                TimingSettings.DECISIONS)
                        .flatMap(Arrays::stream)
                        .filter(it -> it != TimingSettings.SCHEDULER_TIMEOUT)
                        .map(Setting::name)
                        .collect(Collectors.toSet());
        var late = new TreeSet<>(now.changes(later));
        late.removeAll(live);
        late.addAll(platforms.chosen(now).needRestart(now, later, host));
        return late;
    }

    private VmRules vmRules(Settings settings) {
        boolean set =
                Stream.of(SizeSettings.UNIT_CPUS, SizeSettings.UNIT_MEMORY)
                        .anyMatch(it -> !(settings.origin(it) instanceof SettingOrigin.Default));
        return new VmRules(
                SizeSettings.unit(settings),
                !set,
                min(settings),
                SizeSettings.max(settings),
                ScalingRulesSettings.rules(settings));
    }

    private Optional<Resources> min(Settings settings) {
        boolean hasOwnMin = platforms.findChosen(settings).map(it -> it.hasOwnMin()).orElse(true);
        return SizeSettings.min(settings, hasOwnMin);
    }

    private BudgetRules budget(Settings settings) {
        Resources grain =
                platforms
                        .findChosen(settings)
                        .map(Platform.PlatformProvider::grain)
                        .orElse(CgroupConfig.GRAIN);
        return PermitSettings.budget(settings, host, grain);
    }
}
