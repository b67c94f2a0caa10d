package dev.elastigres.monitor;

import dev.elastigres.daemon.guard.CredentialException;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.http.Upgrade;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.metrics.MetricsHandler;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.daemon.metrics.ProcessMetrics;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.monitor.MonitorConfig.PostgresLocation;
import dev.elastigres.monitor.metrics.ContainerMetrics;
import dev.elastigres.monitor.metrics.MachineMetrics;
import dev.elastigres.monitor.runner.Readiness;
import dev.elastigres.monitor.watch.KernelReadException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The monitor of one Postgres, with its servers.
final class PostgresMonitor implements Daemon {
    private final WatchedPostgres postgres;
    private final MonitorServers endpoints;
    private final AuxiliaryServers auxiliaryServers;

    private PostgresMonitor(
            WatchedPostgres postgres, MonitorServers endpoints, AuxiliaryServers auxiliaryServers) {
        this.postgres = postgres;
        this.endpoints = endpoints;
        this.auxiliaryServers = auxiliaryServers;
    }

    /// Starts to watch and to listen. Decisions begin with [#begin]; the auxiliary servers start
    /// with [#startAuxiliaryServers].
    ///
    /// @throws CredentialException if a file of keys or tokens cannot be used
    /// @throws ListenException if an address cannot be listened on
    /// @throws KernelReadException if the machine's total memory cannot be read
    static PostgresMonitor start(MonitorConfig config, Log log)
            throws CredentialException, ListenException, KernelReadException {
        AccessGuards guards = AccessGuards.load(config.access(), log);
        var reader = new KernelReader();
        PostgresEnvironment environment = environment(config, reader, log);
        WatchedPostgres postgres = WatchedPostgres.start(config, environment, log);
        try {
            var metrics = new MonitorMetricsPage(reader, postgres, config.watched().cgroup());
            Routes pages = pages(guards, postgres, metrics);
            var upgrade = new Upgrade(postgres.dispatcher());
            Routes agents = Routes.NONE.with("/monitor", guards.agents(_ -> upgrade));
            MonitorServers endpoints = MonitorServers.open(config, guards, agents, pages, log);
            log.info(
                    "started",
                    "version",
                    MonitorVersion.text(),
                    "watching",
                    postgres.source(),
                    "cache",
                    config.managed().isEmpty() ? "none" : config.cachePolicy().name(),
                    "postgres",
                    config.managed().map(Object::toString).orElse("none"));
            guards.logOpenEndpoints(openAuxiliaryServers(config), log);
            return new PostgresMonitor(
                    postgres,
                    endpoints,
                    new AuxiliaryServers(
                            config,
                            reader,
                            hostMetrics(config.watched(), environment, reader),
                            postgres,
                            guards,
                            log));
        } catch (ListenException e) {
            postgres.close();
            throw e;
        }
    }

    private static PostgresEnvironment environment(
            MonitorConfig config, KernelReader reader, Log log) {
        PostgresLocation watched = config.watched();
        return watched.hasCgroupSize()
                ? ContainerEnvironment.alone(watched.cgroup().orElseThrow(), config, reader, log)
                : new MachineEnvironment(config, reader, log);
    }

    /// Returns what writes the metrics of the machine, or of the cgroup if that is the size.
    private static Consumer<MetricsWriter> hostMetrics(
            PostgresLocation watched, PostgresEnvironment environment, KernelReader reader) {
        // No switch: the class behind one would be made at each start.
        if (environment instanceof ContainerEnvironment container)
            return new ContainerMetrics(
                            reader,
                            watched.cgroup().orElseThrow(),
                            watched.procfs(),
                            container::room,
                            container::load)
                    ::write;
        return new MachineMetrics(reader, watched.procfs(), watched.meminfo(), watched.cgroup())
                ::write;
    }

    private static Routes pages(
            AccessGuards guards, WatchedPostgres postgres, MonitorMetricsPage metrics) {
        var process = new ProcessMetrics("the monitor");
        Routes pages = guards.page(Routes.NONE, "/healthz", _ -> health(postgres));
        pages = guards.page(pages, "/readyz", _ -> readiness(postgres));
        pages =
                guards.page(
                        pages, "/status", _ -> Response.json(200, MonitorStatusPage.of(postgres)));
        return guards.page(
                pages,
                "/metrics",
                new MetricsHandler(
                        page -> {
                            MonitorMetricsPage.writeBuild(page);
                            metrics.write(page);
                            process.write(page);
                        }));
    }

    /// Returns the settings and addresses of the auxiliary servers, which require no token.
    private static List<String> openAuxiliaryServers(MonitorConfig config) {
        var open = new ArrayList<String>();
        config.metrics().host().ifPresent(it -> open.add("metrics.host-addr " + it));
        config.metrics().cache().ifPresent(it -> open.add("metrics.cache-addr " + it));
        config.cpu().address().ifPresent(it -> open.add("cpu.addr " + it));
        return open;
    }

    private static Response health(WatchedPostgres postgres) {
        return postgres.isAlive()
                ? Response.text(200, "ok")
                : Response.text(503, "the runner or the watcher has ended");
    }

    private static Response readiness(WatchedPostgres postgres) {
        Readiness readiness = postgres.readiness();
        return readiness.isReady()
                ? Response.text(200, "ready")
                : Response.text(503, String.join("\n", readiness.problems()));
    }

    @Override
    public HostPort address() {
        return endpoints.address();
    }

    @Override
    public Optional<HostPort> pagesAddress() {
        return endpoints.pagesAddress();
    }

    @Override
    public void startAuxiliaryServers() {
        auxiliaryServers.start();
    }

    /// Returns the auxiliary servers.
    AuxiliaryServers auxiliaryServers() {
        return auxiliaryServers;
    }

    @Override
    public void begin() {
        postgres.begin();
    }

    @Override
    public boolean isHealthy(Duration timeout) throws InterruptedException {
        return postgres.isHealthy(timeout);
    }

    @Override
    public void join() throws InterruptedException {
        postgres.join();
    }

    @Override
    public void close() {
        // In parallel: each may take up to half a second.
        Thread ending = Thread.ofVirtual().start(postgres::close);
        Thread leaving = Thread.ofVirtual().start(auxiliaryServers::close);
        endpoints.close();
        try {
            ending.join();
            leaving.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
