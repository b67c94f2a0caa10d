package dev.elastigres.monitor;

import dev.elastigres.daemon.http.FailureLog;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.settings.HostPort;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where the monitor is met: agents at one address, the pages there, too, or at another.
final class MonitorEndpoints implements AutoCloseable {
    private static final String FAREWELL = "the monitor is shutting down";

    private final HttpServer agents;
    private final Optional<HttpServer> pages;

    private MonitorEndpoints(HttpServer agents, Optional<HttpServer> pages) {
        this.agents = agents;
        this.pages = pages;
    }

    /// Listens from now on.
    ///
    /// @param guards of both addresses; TLS is for the agents' alone
    /// @param agents what is behind them
    /// @param pages what can be read at either
    static MonitorEndpoints open(
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
            var endpoints = new MonitorEndpoints(atAgents, Optional.ofNullable(atPages));
            endpoints.warnOfStrangers(config.access(), log);
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

    /// Deployed agents know neither TLS nor tokens, so both are off unless asked for. Beyond
    /// loopback that has to be meant.
    private void warnOfStrangers(MonitorConfig.AccessConfig access, Log log) {
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

    /// Where agents connect, with the real port.
    HostPort address() {
        return HostPort.of(agents.address());
    }

    /// Where the pages are when they are not there, too.
    Optional<HostPort> pagesAddress() {
        return pages.map(server -> HostPort.of(server.address()));
    }

    @Override
    public void close() {
        // Side by side: each may take up to half a second.
        Thread ending = Thread.ofVirtual().start(() -> close(pages.orElse(null)));
        close(agents);
        try {
            ending.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(@Nullable HttpServer server) {
        if (server != null) server.close(FAREWELL);
    }
}
