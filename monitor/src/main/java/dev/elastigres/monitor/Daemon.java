package dev.elastigres.monitor;

import dev.elastigres.daemon.settings.HostPort;
import java.time.Duration;
import java.util.Optional;

/// What runs, whatever it watches.
sealed interface Daemon extends AutoCloseable permits PostgresMonitor, NodeMonitor {

    /// Where agents connect, with the real port.
    HostPort address();

    /// Where the pages are when they are not there, too.
    Optional<HostPort> pagesAddress();

    /// Decides from now on, and connects to Postgres, when its cache is managed.
    void begin();

    /// Listens at the other addresses, without waiting for them.
    void listenBeside();

    /// Whether everything runs, and gets to its work within `limit`.
    boolean isWell(Duration timeout) throws InterruptedException;

    /// Waits until the monitor cannot go on.
    void join() throws InterruptedException;

    @Override
    void close();
}
