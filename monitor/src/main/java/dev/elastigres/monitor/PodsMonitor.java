package dev.elastigres.monitor;

import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.cgroup.ContainerCgroups;
import dev.elastigres.daemon.guard.CredentialException;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.Repeats;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.monitor.MonitorConfig.Pods;
import dev.elastigres.monitor.MonitorConfig.Watched;
import dev.elastigres.monitor.pods.Fleet;
import dev.elastigres.monitor.pods.RosterFile;
import dev.elastigres.monitor.watch.TickScheduler;
import dev.elastigres.monitor.watch.UnreadableException;
import dev.elastigres.protocol.pods.WatchedContainer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The daemon of a Kubernetes node: many watched Postgres behind the same doors.
final class PodsMonitor implements Daemon {
    private final Fleet<ContainerWatch> fleet;
    private final TickScheduler sampler;
    private final Doors doors;

    private PodsMonitor(Fleet<ContainerWatch> fleet, TickScheduler sampler, Doors doors) {
        this.fleet = fleet;
        this.sampler = sampler;
        this.doors = doors;
    }

    /// Listens from now on, and follows the roster.
    ///
    /// @throws CredentialException when a file of keys or tokens cannot be used
    /// @throws ListenException when an address cannot be had
    static PodsMonitor start(MonitorConfig config, Pods pods, Log log)
            throws CredentialException, ListenException {
        Guards guards = Guards.load(config.access(), log);
        var reader = new KernelReader();
        var sampler =
                new TickScheduler("watcher", (what, cause) -> log.error(what, "error", cause));
        var fleet =
                new Fleet<>(
                        new RosterFile(pods.roster()),
                        new ContainerCgroups(config.watched().cgroupRoot()),
                        new Starter(config, pods, reader, sampler, log),
                        log);
        var pages = new PodsPages(fleet, reader, sampler);
        Doors doors = Doors.open(config, guards, pages.agents(guards), pages.pages(guards), log);
        sampler.start();
        fleet.start();
        log.info(
                "started",
                "version",
                Version.text(),
                "watching",
                "containers below " + config.watched().cgroupRoot(),
                "roster",
                pods.roster());
        guards.tell(List.of("/host/...", "/cache/..."), log);
        return new PodsMonitor(fleet, sampler, doors);
    }

    /// Makes the watch of one container.
    private record Starter(
            MonitorConfig config,
            Pods pods,
            KernelReader reader,
            TickScheduler sampler,
            Log log,
            Repeats node)
            implements Fleet.Starter<ContainerWatch> {

        Starter(
                MonitorConfig config,
                Pods pods,
                KernelReader reader,
                TickScheduler sampler,
                Log log) {
            this(
                    config,
                    pods,
                    reader,
                    sampler,
                    log,
                    new Repeats(log, () -> new Moment(System.nanoTime())));
        }

        @Override
        public ContainerWatch start(WatchedContainer container, Path cgroup)
                throws Fleet.StartException {
            Watched watched = config.watched();
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
                var surroundings = new ContainerSurroundings(cgroup, its, reader, sampler, node);
                WatchedPostgres postgres = WatchedPostgres.start(its, surroundings, own);
                postgres.begin();
                own.info(
                        "watching",
                        "cgroup",
                        cgroup,
                        "cache",
                        container.cache().text(),
                        "postgres",
                        its.managed().map(Object::toString).orElse("none"));
                return new ContainerWatch(postgres, surroundings, cgroup, watched.procfs(), reader);
            } catch (UnreadableException | IllegalArgumentException e) {
                throw new Fleet.StartException(String.valueOf(e.getMessage()));
            }
        }
    }

    @Override
    public HostPort address() {
        return doors.address();
    }

    @Override
    public Optional<HostPort> pagesAddress() {
        return doors.pagesAddress();
    }

    /// Each container's begins when it is first watched.
    @Override
    public void begin() {}

    /// All pages are at one address.
    @Override
    public void listenBeside() {}

    /// Of one container that is not well, its own page tells.
    @Override
    public boolean isWell(Duration limit) {
        return fleet.isAlive() && sampler.isAlive();
    }

    @Override
    public void join() throws InterruptedException {
        fleet.join();
    }

    @Override
    public void close() {
        // Side by side: either may take a while.
        Thread ending = Thread.ofVirtual().start(fleet::close);
        doors.close();
        try {
            ending.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        sampler.close();
    }
}
