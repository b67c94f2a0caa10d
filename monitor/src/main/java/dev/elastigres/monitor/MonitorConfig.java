package dev.elastigres.monitor;

import dev.elastigres.daemon.guard.ServerTlsFiles;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.log.LogFormat;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.monitor.cache.CachePolicy;
import dev.elastigres.monitor.cache.FileCacheConfig;
import dev.elastigres.monitor.postgres.ConnectionString;
import dev.elastigres.monitor.runner.RunnerConfig;
import dev.elastigres.monitor.watch.MemoryWatchConfig;
import dev.elastigres.monitor.watch.Postmaster;
import dev.elastigres.protocol.pods.WatchedContainer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// All that the monitor is told.
record MonitorConfig(
        HostPort address,
        AccessConfig access,
        ServerLimits limits,
        PostgresLocation watched,
        MemoryWatchConfig watch,
        RunnerConfig runner,
        Optional<ConnectionString> postgres,
        CachePolicy cachePolicy,
        FileCacheConfig cache,
        MetricsAddresses metrics,
        CpuControl cpu,
        Optional<PodsConfig> pods,
        LogFormat logFormat,
        LogLevel logLevel) {

    /// Who may come in as the agent, and where the pages are.
    ///
    /// @param openPages the paths that need no token
    /// @param pages where they are served; empty when that is the agent's address
    /// @param hosts names by which the monitor may be asked for
    /// @param origins of web pages that may act as agents
    record AccessConfig(
            Optional<ServerTlsFiles> tls,
            Optional<Path> token,
            Set<String> openPages,
            Optional<HostPort> pages,
            List<String> hosts,
            List<String> origins) {}

    /// What is watched, and where the kernel shows it.
    ///
    /// @param cgroup the folder of Postgres' cgroup
    /// @param meminfo the file with the machine's total of memory
    record PostgresLocation(
            Optional<Path> cgroup,
            Optional<Postmaster> postmaster,
            Path cgroupRoot,
            Path procfs,
            Path meminfo) {}

    /// Where else than on the monitor's own address there are metrics; empty: nowhere.
    ///
    /// @param host of the machine
    /// @param cache of neon's file cache
    record MetricsAddresses(Optional<HostPort> host, Optional<HostPort> cache) {}

    /// Who switches CPUs.
    ///
    /// @param address of the channel; empty: nobody
    /// @param folder where the kernel shows them
    record CpuControl(Optional<HostPort> address, Path folder) {}

    /// The containers of a Kubernetes node, in the place of one Postgres.
    ///
    /// @param watchList the file that names them
    /// @param formulas of settings that follow memory, for those that are managed so
    record PodsConfig(Path watchList, String formulas) {}

    /// What one of those containers is watched by.
    ///
    /// @throws IllegalArgumentException when its connection string is not understood; the message
    ///     has no value of it
    MonitorConfig of(WatchedContainer container, PodsConfig pods) {
        return new MonitorConfig(
                address,
                access,
                limits,
                watched,
                watch,
                runner,
                // The variables of this process are not about that Postgres.
                container.postgres().map(text -> ConnectionString.parse(text, Map.of())),
                CachePolicy.parse(container.cache().text(), pods.formulas()),
                cache.withStatistics(),
                metrics,
                cpu,
                Optional.empty(),
                logFormat,
                logLevel);
    }

    /// The Postgres whose cache is managed; empty when none is.
    Optional<ConnectionString> managed() {
        return cachePolicy instanceof CachePolicy.None ? Optional.empty() : postgres;
    }
}
