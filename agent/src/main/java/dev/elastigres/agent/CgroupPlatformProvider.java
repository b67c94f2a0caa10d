package dev.elastigres.agent;

import dev.elastigres.agent.driver.CgroupConfig;
import dev.elastigres.agent.driver.CgroupDriver;
import dev.elastigres.agent.driver.DiscoveredVm.SizeBounds;
import dev.elastigres.agent.driver.DiscoveredVm.VmEndpoints;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.driver.OriginalLimits;
import dev.elastigres.agent.driver.VmOwnership;
import dev.elastigres.agent.endpoint.Endpoint;
import dev.elastigres.agent.monitor.MonitorConnection;
import dev.elastigres.agent.pages.MetricsReader;
import dev.elastigres.agent.platform.DriverPlatform;
import dev.elastigres.agent.platform.Platform;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The platform of `--driver cgroup`: cgroups of this host are sized as VMs.
public final class CgroupPlatformProvider implements Platform.PlatformProvider {
    private static final Path PROCFS = Path.of("/proc");
    private static final Path RUN = Path.of("/run");
    private static final String FOLDER = "elastigres";

    private static final Setting<String> CGROUP =
            Setting.of(
                            "cgroup",
                            SettingType.text(),
                            "Patterns of the cgroups to resize, below the cgroup root,"
                                    + " separated by commas")
                    .advice(
                            "In a pattern, * matches within one folder name, and the"
                                    + " step ** any number of folders: **/postgresql*.service."
                                    + " The driver cgroup needs this setting or a section with a"
                                    + " cgroup; a pattern that matches other services resizes"
                                    + " them, too.")
                    .flag('c')
                    .placeholder("PATTERNS");
    private static final Setting<Optional<HostPort>> MONITOR =
            Setting.of(
                            "monitor",
                            SettingType.hostPort().orOff(),
                            "Address of the monitor of a cgroup's Postgres")
                    .advice(
                            "A monitor serves one Postgres: where several cgroups"
                                    + " match, give each one a section with its own address. With"
                                    + " off, only metrics make a cgroup grow, and it never"
                                    + " shrinks: a shrink needs the monitor's consent.")
                    .or("127.0.0.1:10301");
    private static final Setting<Optional<HostPort>> HOST_METRICS =
            Setting.of(
                            "host-metrics",
                            SettingType.hostPort().orOff(),
                            "Address of the host metrics of a cgroup's Postgres")
                    .advice(
                            "It is the monitor's metrics.host-addr. With off, the load"
                                    + " is unknown, and the cgroup keeps its size unless its"
                                    + " monitor requests more.")
                    .or("127.0.0.1:9100");
    private static final Setting<Optional<HostPort>> CACHE_METRICS =
            Setting.of(
                            "cache-metrics",
                            SettingType.hostPort().orOff(),
                            "Address of the cache metrics of a cgroup's Postgres")
                    .advice(
                            "It is the monitor's metrics.cache-addr, which has figures"
                                    + " for Neon's file cache only. With any other Postgres"
                                    + " choose off: the working set is unknown then, and memory"
                                    + " follows what is in use.")
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
    public SettingTable addTo(SettingTable table, Platform.DriverChoice choice, Resources host) {
        return table.group(
                        "Cgroups", CGROUP, MONITOR, HOST_METRICS, CACHE_METRICS, CgroupConfig.ROOT)
                .rule(
                        settings -> {
                            if (choice.isChosen().test(settings)) {
                                var _ = cgroups(settings, host);
                            }
                        },
                        choice.driver(),
                        CGROUP);
    }

    /// Reports a section that names another cgroup, which [Settings#changes] does not compare.
    @Override
    public Set<String> needRestart(Settings now, Settings later, Resources host) {
        return cgroups(now, host).equals(cgroups(later, host)) ? Set.of() : Set.of(CGROUP.name());
    }

    @Override
    public Resources grain() {
        return CgroupConfig.GRAIN;
    }

    @Override
    public boolean hasOwnMin() {
        return false;
    }

    @Override
    public Platform open(Settings settings, Platform.PlatformContext start) {
        // A dry run takes no locks, so it can run beside another agent.
        VmOwnership ownership =
                start.dryRun() ? VmOwnership.none() : VmOwnership.of(start.identity());
        return new DriverPlatform(
                new CgroupDriver(
                        cgroups(settings, start.host()),
                        PROCFS,
                        ownership,
                        lockFolder(start.environment())));
    }

    /// Gives the cgroups of this host the limits back that they had before an agent resized them.
    ///
    /// @param environment variables of this process
    /// @return a result for each cgroup
    public static List<OriginalLimits.RestoreResult> release(Map<String, String> environment)
            throws DriverException.Failed, InterruptedException {
        return new OriginalLimits(lockFolder(environment)).restore();
    }

    /// Returns the lock directory: the one shared by all agents on this host if it is writable,
    /// otherwise a directory of the user or the temporary directory.
    private static Path lockFolder(Map<String, String> environment) {
        Path shared = RUN.resolve(FOLDER);
        if (Files.isWritable(RUN) || Files.isWritable(shared)) return shared;
        String own = environment.getOrDefault("XDG_RUNTIME_DIR", "");
        return Path.of(own.startsWith("/") ? own : System.getProperty("java.io.tmpdir"), FOLDER);
    }

    /// Returns the cgroups that sections name and the patterns that find others.
    static CgroupConfig cgroups(Settings settings, Resources host) {
        SizeBounds bounds = bounds(host);
        Resources unit = SizeSettings.unit(settings).times(1);
        if (!bounds.max().covers(unit))
            throw new IllegalArgumentException(
                    "the minimum size, %s, is above the maximum size, %s"
                            .formatted(unit.text(), bounds.max().text()));
        var watched = new ArrayList<CgroupConfig.NamedCgroup>();
        settings.sections()
                .forEach(
                        (name, own) -> {
                            if (!own.origin(CGROUP).equals(settings.origin(CGROUP)))
                                watched.add(
                                        new CgroupConfig.NamedCgroup(
                                                name,
                                                Path.of(own.find(CGROUP).orElseThrow()),
                                                bounds,
                                                endpoints(own)));
                        });
        List<CgroupConfig.CgroupPattern> matching =
                settings.find(CGROUP).stream()
                        .flatMap(patterns -> Arrays.stream(patterns.split(",", -1)))
                        .map(
                                glob ->
                                        new CgroupConfig.CgroupPattern(
                                                glob, bounds, endpoints(settings)))
                        .toList();
        if (watched.isEmpty() && matching.isEmpty())
            throw new IllegalArgumentException(
                    "select the cgroups: --cgroup '**/postgresql*.service'");
        return new CgroupConfig(settings.get(CgroupConfig.ROOT), watched, matching);
    }

    /// Returns the sizes that can be written, up to the size of the host in whole grains.
    private static SizeBounds bounds(Resources host) {
        var max = new Resources(host.vcpus(), host.memory().roundedDownToMebibytes());
        return new SizeBounds(CgroupConfig.GRAIN, max, CgroupConfig.GRAIN);
    }

    private static VmEndpoints endpoints(Settings settings) {
        return new VmEndpoints(
                endpoint(settings, MONITOR, MonitorConnection::agentEndpoint),
                endpoint(settings, HOST_METRICS, MetricsReader::page),
                endpoint(settings, CACHE_METRICS, MetricsReader::page));
    }

    private static Endpoint endpoint(
            Settings settings,
            Setting<Optional<HostPort>> setting,
            Function<HostPort, URI> address) {
        String remedy =
                "`elastigres monitor` beside its Postgres listens there; --%s sets another address, or off"
                        .formatted(setting.name());
        return settings.get(setting)
                .<Endpoint>map(it -> new Endpoint.Available(address.apply(it), remedy))
                .orElseGet(Endpoint.Unused::new);
    }
}
