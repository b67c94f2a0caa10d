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

/// The configuration of the monitor.
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

    /// Access control of the agents' address and of the pages.
    ///
    /// @param openPages paths that require no token
    /// @param pages address of the pages; empty if it is the agents' address
    /// @param hosts host names that requests may use
    /// @param origins origins of web pages that may act as agents
    record AccessConfig(
            Optional<ServerTlsFiles> tls,
            Optional<Path> token,
            Set<String> openPages,
            Optional<HostPort> pages,
            List<String> hosts,
            List<String> origins) {}

    /// The watched Postgres and the kernel's files about it.
    ///
    /// @param cgroup the directory of Postgres' cgroup
    /// @param hasCgroupSize whether the limits of that cgroup are the size of Postgres, instead of
    ///     the machine
    /// @param meminfo the file with the machine's total memory
    record PostgresLocation(
            Optional<Path> cgroup,
            boolean hasCgroupSize,
            Optional<Postmaster> postmaster,
            Path cgroupRoot,
            Path procfs,
            Path meminfo) {}

    /// Addresses of additional metrics; empty if disabled.
    ///
    /// @param host metrics of the machine
    /// @param cache metrics of Neon's file cache
    record MetricsAddresses(Optional<HostPort> host, Optional<HostPort> cache) {}

    /// CPU control.
    ///
    /// @param address where CPUs can be switched; empty if disabled
    /// @param folder the kernel's directory of CPUs
    record CpuControl(Optional<HostPort> address, Path folder) {}

    /// The containers of a Kubernetes node, which are watched instead of a single Postgres.
    ///
    /// @param watchList the file with the watch list
    /// @param formulas formulas of the memory-dependent settings, for containers whose settings are
    ///     managed
    record PodsConfig(Path watchList, String formulas) {}

    /// Returns the configuration for one container of the watch list.
    ///
    /// @throws IllegalArgumentException if its connection string or cache policy is invalid; the
    ///     message contains no part of the connection string's values
    MonitorConfig of(WatchedContainer container, PodsConfig pods) {
        return new MonitorConfig(
                address,
                access,
                limits,
                watched,
                watch,
                runner,
                // This process's environment variables do not describe that Postgres.
                container.postgres().map(text -> ConnectionString.parse(text, Map.of())),
                CachePolicy.parse(container.cache().text(), pods.formulas()),
                cache.withStatistics(),
                metrics,
                cpu,
                Optional.empty(),
                logFormat,
                logLevel);
    }

    /// Returns the Postgres whose cache is managed; empty if none is.
    Optional<ConnectionString> managed() {
        return cachePolicy instanceof CachePolicy.None ? Optional.empty() : postgres;
    }
}
