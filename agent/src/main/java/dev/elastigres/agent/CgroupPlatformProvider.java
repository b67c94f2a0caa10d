package dev.elastigres.agent;

import dev.elastigres.agent.driver.CgroupDriver;
import dev.elastigres.agent.driver.Cgroups;
import dev.elastigres.agent.driver.Found.Bounds;
import dev.elastigres.agent.driver.Found.Doors;
import dev.elastigres.agent.platform.Plain;
import dev.elastigres.agent.platform.Platform;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.Kind;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Cgroups of this host as VMs: what `--driver cgroup` means.
public final class CgroupPlatformProvider implements Platform.Provider {
    private static final Path PROCFS = Path.of("/proc");

    private static final Setting<String> CGROUP =
            Setting.of(
                            "cgroup",
                            Kind.text(),
                            "The cgroups, below the cgroup root: patterns, separated by commas")
                    .flag('c')
                    .placeholder("PATTERNS");
    private static final Setting<Optional<HostPort>> MONITOR =
            Setting.of("monitor", Kind.hostPort().orOff(), "Cgroups: where the monitor is")
                    .or("127.0.0.1:10301");
    private static final Setting<Optional<HostPort>> HOST_METRICS =
            Setting.of("host-metrics", Kind.hostPort().orOff(), "Cgroups: its host's metrics")
                    .or("127.0.0.1:9100");
    private static final Setting<Optional<HostPort>> CACHE_METRICS =
            Setting.of("cache-metrics", Kind.hostPort().orOff(), "Cgroups: its cache's metrics")
                    .or("127.0.0.1:9499");

    public CgroupPlatformProvider() {}

    @Override
    public String name() {
        return "cgroup";
    }

    @Override
    public String subject() {
        return "cgroups of this host";
    }

    @Override
    public List<Setting<?>> settingsOfVm() {
        return List.of(CGROUP, MONITOR, HOST_METRICS, CACHE_METRICS);
    }

    @Override
    public SettingTable addTo(SettingTable table, Platform.Choice choice, Resources host) {
        return table.group("Cgroups", CGROUP, MONITOR, HOST_METRICS, CACHE_METRICS, Cgroups.ROOT)
                .rule(
                        settings -> {
                            if (choice.isChosen().test(settings)) {
                                var _ = cgroups(settings, host);
                            }
                        },
                        choice.driver(),
                        CGROUP);
    }

    /// A section may name another cgroup, which [Settings#changes] does not compare.
    @Override
    public Set<String> needRestart(Settings now, Settings later, Resources host) {
        return cgroups(now, host).equals(cgroups(later, host)) ? Set.of() : Set.of(CGROUP.name());
    }

    @Override
    public Platform open(Settings settings, Platform.Start start) {
        return new Plain(new CgroupDriver(cgroups(settings, start.host()), PROCFS));
    }

    /// The cgroups that sections name, and those that patterns find.
    static Cgroups cgroups(Settings settings, Resources host) {
        Bounds bounds = bounds(AgentSettings.unit(settings).times(1), host);
        var watched = new ArrayList<Cgroups.Watched>();
        settings.sections()
                .forEach(
                        (name, own) -> {
                            if (!own.origin(CGROUP).equals(settings.origin(CGROUP)))
                                watched.add(
                                        new Cgroups.Watched(
                                                name,
                                                Path.of(own.find(CGROUP).orElseThrow()),
                                                bounds,
                                                doors(own)));
                        });
        List<Cgroups.Matching> matching =
                settings.find(CGROUP).stream()
                        .flatMap(patterns -> Arrays.stream(patterns.split(",", -1)))
                        .map(glob -> new Cgroups.Matching(glob, bounds, doors(settings)))
                        .toList();
        if (watched.isEmpty() && matching.isEmpty())
            throw new IllegalArgumentException(
                    "say which cgroups: --cgroup 'system.slice/postgresql*'");
        return new Cgroups(settings.get(Cgroups.ROOT), watched, matching);
    }

    /// Between a compute unit and all that the host has, in whole grains.
    private static Bounds bounds(Resources unit, Resources host) {
        double grain = Cgroups.GRAIN.vcpus();
        var least =
                new Resources(
                        Math.ceil(unit.vcpus() / grain) * grain,
                        unit.memory().roundedUpToMebibytes());
        var most = new Resources(host.vcpus(), host.memory().roundedDownToMebibytes());
        return new Bounds(least.inThousandths(), most, Cgroups.GRAIN);
    }

    private static Doors doors(Settings settings) {
        return Doors.at(
                settings.get(MONITOR), settings.get(HOST_METRICS), settings.get(CACHE_METRICS));
    }
}
