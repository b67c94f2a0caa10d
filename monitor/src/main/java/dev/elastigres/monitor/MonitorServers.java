package dev.elastigres.monitor;

import dev.elastigres.daemon.http.FailureLog;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.settings.HostPort;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The monitor's HTTP servers: one for agents, which also serves the pages unless they have an
/// address of their own.
final class MonitorServers implements AutoCloseable {
    private static final String CLOSE_REASON = "the monitor is shutting down";

    private final HttpServer agents;
    private final Optional<HttpServer> pages;

    private MonitorServers(HttpServer agents, Optional<HttpServer> pages) {
        this.agents = agents;
        this.pages = pages;
    }

    /// Starts to listen.
    ///
    /// @param guards of both addresses; TLS applies to the agents' address only
    /// @param agents routes of the agents' address
    /// @param pages routes of the pages
    static MonitorServers open(
            MonitorConfig config, AccessGuards guards, Routes agents, Routes pages, Log log)
            throws ListenException {
        Optional<HostPort> apart = config.access().pages();
        HttpServer atPages =
                apart.isEmpty() ? null : listen(apart.get(), guards, pages, config, log);
        try {
            HttpServer atAgents =
                    HttpServer.start(
                            config.address().resolve(),
                            guards.encryption(),
                            guards.hosts(config.address()),
                            apart.isEmpty() ? agents.and(pages) : agents,
                            config.limits(),
                            new FailureLog(log));
            var endpoints = new MonitorServers(atAgents, Optional.ofNullable(atPages));
            endpoints.warnIfUnprotected(config.access(), log);
            return endpoints;
        } catch (ListenException e) {
            close(atPages);
            throw e;
        }
    }

    private static HttpServer listen(
            HostPort address, AccessGuards guards, Routes routes, MonitorConfig config, Log log)
            throws ListenException {
        return HttpServer.start(
                address.resolve(),
                guards.hosts(address),
                routes,
                config.limits(),
                new FailureLog(log));
    }

    /// Warns if other machines can reach the agents' address and it is not protected. TLS and
    /// tokens are off by default, because deployed agents support neither. Without them, an address
    /// beyond loopback must be intended.
    private void warnIfUnprotected(MonitorConfig.AccessConfig access, Log log) {
        if (agents.address().getAddress().isLoopbackAddress()) return;
        boolean plain = access.tls().isEmpty();
        boolean anybody =
                access.token().isEmpty()
                        && (plain || access.tls().get().clientAuthority().isEmpty());
        if (!plain && !anybody) return;
        log.warn(
                "other machines can reach the agents' address, and it is not protected",
                "address",
                address(),
                "missing",
                plain && anybody
                        ? "encryption and authentication"
                        : plain ? "encryption" : "authentication",
                "settings",
                "tls-cert, tls-key, tls-client-ca, token-file");
    }

    /// Returns the address for agents, with the actual port.
    HostPort address() {
        return HostPort.of(agents.address());
    }

    /// Returns the address of the pages, if they have one of their own.
    Optional<HostPort> pagesAddress() {
        return pages.map(server -> HostPort.of(server.address()));
    }

    @Override
    public void close() {
        // In parallel: each may take up to half a second.
        Thread ending = Thread.ofVirtual().start(() -> close(pages.orElse(null)));
        close(agents);
        try {
            ending.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(@Nullable HttpServer server) {
        if (server != null) server.close(CLOSE_REASON);
    }
}
