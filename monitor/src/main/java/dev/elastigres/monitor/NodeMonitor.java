package dev.elastigres.monitor;

import dev.elastigres.daemon.cgroup.ContainerCgroups;
import dev.elastigres.daemon.guard.CredentialException;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogRateLimiter;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.monitor.MonitorConfig.PodsConfig;
import dev.elastigres.monitor.MonitorConfig.PostgresLocation;
import dev.elastigres.monitor.pods.WatchListFile;
import dev.elastigres.monitor.pods.WatchedContainers;
import dev.elastigres.monitor.watch.KernelReadException;
import dev.elastigres.monitor.watch.TickScheduler;
import dev.elastigres.protocol.pods.WatchedContainer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The monitor of a Kubernetes node: watches many Postgres containers and serves all of them at the
/// same addresses.
final class NodeMonitor implements Daemon {
    private final WatchedContainers<ContainerWatch> fleet;
    private final TickScheduler sampler;
    private final MonitorServers endpoints;

    private NodeMonitor(
            WatchedContainers<ContainerWatch> fleet,
            TickScheduler sampler,
            MonitorServers endpoints) {
        this.fleet = fleet;
        this.sampler = sampler;
        this.endpoints = endpoints;
    }

    /// Starts to listen and to follow the watch list.
    ///
    /// @throws CredentialException if a file of keys or tokens cannot be used
    /// @throws ListenException if an address cannot be listened on
    static NodeMonitor start(MonitorConfig config, PodsConfig pods, Log log)
            throws CredentialException, ListenException {
        AccessGuards guards = AccessGuards.load(config.access(), log);
        var reader = new KernelReader();
        var sampler =
                new TickScheduler("watcher", (what, cause) -> log.error(what, "error", cause));
        var fleet =
                new WatchedContainers<>(
                        new WatchListFile(pods.watchList()),
                        new ContainerCgroups(config.watched().cgroupRoot()),
                        new ContainerWatchStarter(config, pods, reader, sampler, log),
                        log);
        var pages = new NodeMonitorRoutes(fleet, reader, sampler);
        MonitorServers endpoints =
                MonitorServers.open(config, guards, pages.agents(guards), pages.pages(guards), log);
        sampler.start();
        fleet.start();
        log.info(
                "started",
                "version",
                MonitorVersion.text(),
                "watching",
                "containers below " + config.watched().cgroupRoot(),
                "watch-list",
                pods.watchList());
        guards.logOpenEndpoints(List.of("/host/...", "/cache/..."), log);
        return new NodeMonitor(fleet, sampler, endpoints);
    }

    /// Starts the watch of one container.
    private record ContainerWatchStarter(
            MonitorConfig config,
            PodsConfig pods,
            KernelReader reader,
            TickScheduler sampler,
            Log log,
            LogRateLimiter node)
            implements WatchedContainers.WatchStarter<ContainerWatch> {

        ContainerWatchStarter(
                MonitorConfig config,
                PodsConfig pods,
                KernelReader reader,
                TickScheduler sampler,
                Log log) {
            this(config, pods, reader, sampler, log, new LogRateLimiter(log, MonotonicClock::now));
        }

        @Override
        public ContainerWatch start(WatchedContainer container, Path cgroup)
                throws WatchedContainers.WatchStartException {
            PostgresLocation watched = config.watched();
            Log own =
                    log.with(
                            "namespace",
                            container.namespace(),
                            "pod",
                            container.pod(),
                            "container",
                            container.container());
            try {
                MonitorConfig its = config.of(container, pods);
                var environment = ContainerEnvironment.ofNode(cgroup, its, reader, sampler, node);
                WatchedPostgres postgres = WatchedPostgres.start(its, environment, own);
                postgres.begin();
                own.info(
                        "watching",
                        "cgroup",
                        cgroup,
                        "cache",
                        container.cache().text(),
                        "postgres",
                        its.managed().map(Object::toString).orElse("none"));
                return new ContainerWatch(postgres, environment, cgroup, watched.procfs(), reader);
            } catch (KernelReadException | IllegalArgumentException e) {
                throw new WatchedContainers.WatchStartException(String.valueOf(e.getMessage()));
            }
        }
    }

    @Override
    public HostPort address() {
        return endpoints.address();
    }

    @Override
    public Optional<HostPort> pagesAddress() {
        return endpoints.pagesAddress();
    }

    /// Does nothing: each container's watch begins when it is started.
    @Override
    public void begin() {}

    /// Does nothing: all pages are at one address.
    @Override
    public void startAuxiliaryServers() {}

    /// Returns whether the watch list is followed and the sampler runs. The state of single
    /// containers is on their own pages.
    @Override
    public boolean isHealthy(Duration timeout) {
        return fleet.isAlive() && sampler.isAlive();
    }

    @Override
    public void join() throws InterruptedException {
        fleet.join();
    }

    @Override
    public void close() {
        // In parallel: either may take a while.
        Thread ending = Thread.ofVirtual().start(fleet::close);
        endpoints.close();
        try {
            ending.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        sampler.close();
    }
}
