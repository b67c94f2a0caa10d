package dev.elastigres.monitor;

import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.monitor.runner.Readiness;
import dev.elastigres.monitor.watch.UnreadableException;
import java.net.InetSocketAddress;

/// The daemon: one watched Postgres behind one address.
final class Monitor implements AutoCloseable {
    private final WatchedPostgres postgres;
    private final HttpServer server;

    private Monitor(WatchedPostgres postgres, HttpServer server) {
        this.postgres = postgres;
        this.server = server;
    }

    /// Watches and listens from now on. Postgres' cache is left alone until [#manageCache].
    ///
    /// @throws ListenException when the address cannot be had
    /// @throws UnreadableException when the machine's total of memory cannot be read
    static Monitor start(MonitorConfig config, Log log)
            throws ListenException, UnreadableException {
        WatchedPostgres postgres = WatchedPostgres.start(config, log);
        try {
            HttpServer server =
                    HttpServer.start(
                            config.address().resolve(),
                            routes(postgres),
                            config.limits(),
                            (what, cause) -> log.error(what, "error", cause));
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
            return new Monitor(postgres, server);
        } catch (ListenException e) {
            postgres.close();
            throw e;
        }
    }

    private static Routes routes(WatchedPostgres postgres) {
        return Routes.NONE
                .withWebSocket("/monitor", postgres.dispatcher())
                .with("/healthz", _ -> health(postgres))
                .with("/readyz", _ -> readiness(postgres))
                .with("/status", _ -> Response.json(200, StatusPage.of(postgres)));
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

    /// The address that is listened on, with its real port.
    HostPort address() {
        InetSocketAddress address = server.address();
        return new HostPort(address.getAddress().getHostAddress(), address.getPort());
    }

    /// Connects to Postgres, when its cache is managed.
    void manageCache() {
        postgres.manageCache();
    }

    /// Waits until the monitor cannot go on.
    void join() throws InterruptedException {
        postgres.join();
    }

    @Override
    public void close() {
        // Side by side: each may take up to half a second.
        Thread ending = Thread.ofVirtual().start(postgres::close);
        server.close("the monitor is shutting down");
        try {
            ending.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
