package dev.elastigres.monitor;

import dev.elastigres.daemon.settings.HostPort;
import java.time.Duration;
import java.util.Optional;

/// A running monitor: of one Postgres, or of the containers of a node.
sealed interface Daemon extends AutoCloseable permits PostgresMonitor, NodeMonitor {

    /// Returns the address for agents, with the actual port.
    HostPort address();

    /// Returns the address of the pages, if it is not [#address].
    Optional<HostPort> pagesAddress();

    /// Starts to make decisions, and connects to Postgres if its cache is managed.
    void begin();

    /// Starts the auxiliary servers in the background.
    void startAuxiliaryServers();

    /// Returns whether all parts run and the runner handles a message within `timeout`.
    boolean isHealthy(Duration timeout) throws InterruptedException;

    /// Waits until the monitor has ended.
    void join() throws InterruptedException;

    @Override
    void close();
}
