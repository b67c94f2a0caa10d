package dev.elastigres.monitor;

import dev.elastigres.daemon.http.FailureLog;
import dev.elastigres.daemon.http.HostCheck;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogRateLimiter;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.daemon.thread.Threads;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A server at an address other than the monitor's own. If it cannot listen, it retries until it
/// can, and the monitor keeps running: the exporter that this server replaces may still hold the
/// address.
final class AuxiliaryServer implements AutoCloseable {
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final String what;
    private final HostPort wanted;
    private final HostCheck hosts;
    private final Routes routes;
    private final Log log;
    private final LogRateLimiter repeats;
    private final Thread thread;
    private volatile @Nullable HttpServer server;

    /// Creates a server that is not started.
    ///
    /// @param what description of what is served, for the log
    /// @param hosts the check of requested host names
    AuxiliaryServer(String what, HostPort wanted, HostCheck hosts, Routes routes, Log log) {
        this.what = what;
        this.wanted = wanted;
        this.hosts = hosts;
        this.routes = routes;
        this.log = log;
        repeats = new LogRateLimiter(log, MonotonicClock::now);
        thread = Thread.ofVirtual().name("listen-" + wanted.port()).unstarted(this::listen);
    }

    /// Starts listening in the background.
    void start() {
        thread.start();
    }

    private void listen() {
        try {
            while (!tryToListen()) Thread.sleep(RETRY);
        } catch (InterruptedException _) {
            // Closing.
        }
    }

    private boolean tryToListen() {
        try {
            HttpServer listening =
                    HttpServer.start(
                            wanted.resolve(),
                            hosts,
                            routes,
                            ServerLimits.DEFAULT,
                            new FailureLog(log));
            server = listening;
            logAddress(listening.address());
            return true;
        } catch (ListenException e) {
            repeats.write("listen", LogLevel.WARN, what + " cannot be served", "error", e);
            return false;
        }
    }

    private void logAddress(InetSocketAddress address) {
        boolean open = !address.getAddress().isLoopbackAddress();
        log.write(
                open ? LogLevel.WARN : LogLevel.INFO,
                what
                        + (open
                                ? " served without authentication to all hosts that reach this address"
                                : " served"),
                "address",
                HostPort.of(address));
    }

    /// Returns the address it listens on, with the actual port; empty while it does not listen.
    Optional<HostPort> address() {
        return Optional.ofNullable(server).map(it -> HostPort.of(it.address()));
    }

    @Override
    public void close() {
        Threads.end(thread);
        HttpServer listening = server;
        if (listening != null) listening.close();
    }
}
