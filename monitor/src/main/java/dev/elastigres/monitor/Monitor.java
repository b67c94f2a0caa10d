package dev.elastigres.monitor;

import dev.elastigres.daemon.guard.CredentialException;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.http.Upgrade;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.metrics.MetricsHandler;
import dev.elastigres.daemon.metrics.ProcessMetrics;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.monitor.runner.Readiness;
import dev.elastigres.monitor.watch.UnreadableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The daemon: one watched Postgres behind its doors.
final class Monitor implements Daemon {
    private final WatchedPostgres postgres;
    private final Doors doors;
    private final SideServers beside;

    private Monitor(WatchedPostgres postgres, Doors doors, SideServers beside) {
        this.postgres = postgres;
        this.doors = doors;
        this.beside = beside;
    }

    /// Watches and listens from now on. Nothing is decided until [#begin], and the other addresses
    /// wait until [#listenBeside].
    ///
    /// @throws CredentialException when a file of keys or tokens cannot be used
    /// @throws ListenException when an address cannot be had
    /// @throws UnreadableException when the machine's total of memory cannot be read
    static Monitor start(MonitorConfig config, Log log)
            throws CredentialException, ListenException, UnreadableException {
        Guards guards = Guards.load(config.access(), log);
        var reader = new KernelReader();
        var surroundings = new MachineSurroundings(config, reader, log);
        WatchedPostgres postgres = WatchedPostgres.start(config, surroundings, log);
        try {
            var metrics = new MetricsPage(reader, postgres, config.watched().cgroup());
            Routes pages = pages(guards, postgres, metrics);
            var upgrade = new Upgrade(postgres.dispatcher());
            Routes agents = Routes.NONE.with("/monitor", guards.agents(_ -> upgrade));
            Doors doors = Doors.open(config, guards, agents, pages, log);
            log.info(
                    "started",
                    "version",
                    Version.text(),
                    "watching",
                    postgres.source(),
                    "cache",
                    config.managed().isEmpty() ? "none" : config.cachePolicy().name(),
                    "postgres",
                    config.managed().map(Object::toString).orElse("none"));
            guards.tell(openBeside(config), log);
            return new Monitor(
                    postgres, doors, new SideServers(config, reader, postgres, guards, log));
        } catch (ListenException e) {
            postgres.close();
            throw e;
        }
    }

    private static Routes pages(Guards guards, WatchedPostgres postgres, MetricsPage metrics) {
        var process = new ProcessMetrics("the monitor");
        Routes pages = guards.page(Routes.NONE, "/healthz", _ -> health(postgres));
        pages = guards.page(pages, "/readyz", _ -> readiness(postgres));
        pages = guards.page(pages, "/status", _ -> Response.json(200, StatusPage.of(postgres)));
        return guards.page(
                pages,
                "/metrics",
                new MetricsHandler(
                        page -> {
                            MetricsPage.writeBuild(page);
                            metrics.write(page);
                            process.write(page);
                        }));
    }

    /// What is at other addresses, where no token is asked for.
    private static List<String> openBeside(MonitorConfig config) {
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
                : Response.text(503, String.join("\n", readiness.troubles()));
    }

    @Override
    public HostPort address() {
        return doors.address();
    }

    @Override
    public Optional<HostPort> pagesAddress() {
        return doors.pagesAddress();
    }

    @Override
    public void listenBeside() {
        beside.start();
    }

    /// What listens at other addresses.
    SideServers beside() {
        return beside;
    }

    @Override
    public void begin() {
        postgres.begin();
    }

    @Override
    public boolean isWell(Duration limit) throws InterruptedException {
        return postgres.isWell(limit);
    }

    @Override
    public void join() throws InterruptedException {
        postgres.join();
    }

    @Override
    public void close() {
        // Side by side: each may take up to half a second.
        Thread ending = Thread.ofVirtual().start(postgres::close);
        Thread leaving = Thread.ofVirtual().start(beside::close);
        doors.close();
        try {
            ending.join();
            leaving.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
