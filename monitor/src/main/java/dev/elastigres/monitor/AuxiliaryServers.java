package dev.elastigres.monitor;

import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.metrics.MetricsHandler;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.monitor.cpu.CpuPage;
import dev.elastigres.monitor.cpu.CpuSwitches;
import dev.elastigres.monitor.metrics.CacheMetrics;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Consumer;

/// The servers at addresses other than the monitor's own: metrics of the machine, metrics of the
/// cache, and control of CPUs.
final class AuxiliaryServers implements AutoCloseable {
    private final Optional<AuxiliaryServer> host;
    private final Optional<AuxiliaryServer> cache;
    private final Optional<AuxiliaryServer> cpus;

    /// Creates servers that are not started.
    ///
    /// @param machine writes the metrics of the machine, or those of the cgroup in its place
    /// @param guards of these servers. The token is not checked: clients that read metrics and
    ///     control CPUs have none
    AuxiliaryServers(
            MonitorConfig config,
            KernelReader reader,
            Consumer<MetricsWriter> machine,
            WatchedPostgres postgres,
            AccessGuards guards,
            Log log) {
        host =
                server(
                        "metrics of the machine",
                        config.metrics().host(),
                        metrics(machine),
                        guards,
                        log);
        cache =
                server(
                        "metrics of the cache",
                        config.metrics().cache(),
                        metrics(page -> CacheMetrics.write(page, postgres.cacheStatistics())),
                        guards,
                        log);
        var page = new CpuPage(new CpuSwitches(reader, config.cpu().folder()), log);
        cpus =
                server(
                        "CPU control",
                        config.cpu().address(),
                        page.routes(guards::programs),
                        guards,
                        log);
    }

    private static Optional<AuxiliaryServer> server(
            String what, Optional<HostPort> address, Routes routes, AccessGuards guards, Log log) {
        return address.map(at -> new AuxiliaryServer(what, at, guards.hosts(at), routes, log));
    }

    private static Routes metrics(Consumer<MetricsWriter> page) {
        return Routes.NONE.with("/metrics", new MetricsHandler(page));
    }

    /// Starts listening in the background.
    void start() {
        host.ifPresent(AuxiliaryServer::start);
        cache.ifPresent(AuxiliaryServer::start);
        cpus.ifPresent(AuxiliaryServer::start);
    }

    /// Returns the address of the machine's metrics; empty if they are disabled or not served yet.
    Optional<HostPort> hostAddress() {
        return host.flatMap(AuxiliaryServer::address);
    }

    /// Returns the address of the cache's metrics; empty if they are disabled or not served yet.
    Optional<HostPort> cacheAddress() {
        return cache.flatMap(AuxiliaryServer::address);
    }

    /// Returns the address of CPU control; empty if it is disabled or not served yet.
    Optional<HostPort> cpuAddress() {
        return cpus.flatMap(AuxiliaryServer::address);
    }

    @Override
    public void close() {
        // In parallel: each may take up to half a second.
        var ending = new ArrayList<Thread>();
        host.ifPresent(it -> ending.add(Thread.ofVirtual().start(it::close)));
        cache.ifPresent(it -> ending.add(Thread.ofVirtual().start(it::close)));
        cpus.ifPresent(it -> ending.add(Thread.ofVirtual().start(it::close)));
        try {
            for (Thread part : ending) part.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
