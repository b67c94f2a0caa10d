package dev.elastigres.monitor;

import dev.elastigres.core.monitor.MonitorRules;
import dev.elastigres.daemon.log.LogSettings;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.monitor.runner.RunnerConfig;
import dev.elastigres.monitor.watch.MemoryWatchConfig;
import java.util.Map;

/// The table of the monitor's settings, and the config made of their values. Each class named
/// `…Settings` declares the settings of one component, adds them to the table, and makes that
/// component's part of the config.
final class MonitorSettings {
    private static final Setting<HostPort> ADDR =
            Setting.of(
                            "addr",
                            SettingType.hostPort(),
                            "Address for agents; port 0 picks a free port")
                    .advice(
                            "The agent must reach it: in a VM, an address of the"
                                    + " network to the host. Keep loopback where the agent is on"
                                    + " the same machine; on any other address use tls-client-ca"
                                    + " or token-file, because a peer can announce memory and"
                                    + " have caches shrunk.")
                    .flag('a')
                    .or("127.0.0.1:10301");

    private MonitorSettings() {}

    /// @param environment completes connection strings, as with libpq
    static SettingTable table(Map<String, String> environment) {
        SettingTable table =
                SettingTable.of("elastigres monitor")
                        .examples(
                                "elastigres monitor --cgroup system.slice/system-postgresql.slice/postgresql@16-main.service --pgconnstr postgresql://postgres@/postgres",
                                "elastigres monitor --config /etc/elastigres/monitor.toml --print-config")
                        .group("Main", ADDR, LocationSettings.CGROUP, PostgresSettings.PGCONNSTR)
                        .foreign("ELASTIGRES_KUBECONFIG");
        table =
                PodsSettings.addTo(
                        table,
                        LocationSettings.CGROUP,
                        PostgresSettings.PGCONNSTR,
                        LocationSettings.SIZE_SOURCE,
                        LocationSettings.PGDATA,
                        LocationSettings.PGPID,
                        MemorySettings.KERNEL_RESERVE,
                        CacheSettings.MANAGED_CACHE,
                        CpuSettings.ADDR,
                        MetricsSettings.HOST_ADDR,
                        MetricsSettings.CACHE_ADDR);
        table = LocationSettings.addTo(table);
        table = MemorySettings.addTo(table);
        table = AgentConnectionSettings.addTo(table);
        table = AccessSettings.addTo(table);
        table = CacheSettings.addTo(table);
        table = PostgresSettings.addTo(table, environment);
        table = CpuSettings.addTo(table);
        table = MetricsSettings.addTo(table);
        return MonitorLogSettings.addTo(table);
    }

    /// The config of `settings`, which the table has read with the same `environment`.
    static MonitorConfig config(Settings settings, Map<String, String> environment) {
        MonitorConfig.MetricsAddresses metrics =
                MetricsSettings.addresses(settings, settings.get(ADDR));
        return new MonitorConfig(
                settings.get(ADDR),
                AccessSettings.access(settings),
                AgentConnectionSettings.limits(settings),
                LocationSettings.location(settings),
                new MemoryWatchConfig(
                        MemorySettings.sampling(settings),
                        MonitorLogSettings.samplesPerLine(settings)),
                runner(settings),
                PostgresSettings.connectionString(settings, environment),
                CacheSettings.policy(settings),
                CacheSettings.cache(settings, metrics.cache().isPresent()),
                metrics,
                CpuSettings.control(settings),
                PodsSettings.config(settings),
                settings.get(LogSettings.FORMAT),
                settings.get(LogSettings.LEVEL));
    }

    private static RunnerConfig runner(Settings settings) {
        var rules =
                new MonitorRules(
                        MemorySettings.rules(settings),
                        AgentConnectionSettings.upscaleBackoff(settings),
                        MemorySettings.horizon(settings),
                        CpuSettings.rules(settings),
                        AgentConnectionSettings.answerTimeout(settings));
        return new RunnerConfig(
                rules,
                MonitorLogSettings.sampleRules(settings),
                MonitorLogSettings.summaryInterval(settings));
    }
}
