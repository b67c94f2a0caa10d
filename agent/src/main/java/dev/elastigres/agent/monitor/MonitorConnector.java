package dev.elastigres.agent.monitor;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/// Connects to the monitors of all VMs with bounded concurrency; further connections wait. If an
/// agent of thousands of VMs connected to all of them at once, as at its start or after a network
/// failure, every connection would exceed its timeout. Thread-safe.
public final class MonitorConnector {
    /// Maximum number of concurrent attempts. A monitor that never answers occupies one until its
    /// connect timeout.
    private static final int AT_ONCE = 256;

    private final HttpClient client;
    private final Semaphore places;

    /// @param client shared with others; not closed
    public MonitorConnector(HttpClient client) {
        this(client, AT_ONCE);
    }

    MonitorConnector(HttpClient client, int atOnce) {
        this.client = client;
        // The semaphore is fair: the longest waiting caller is next.
        places = new Semaphore(atOnce, true);
    }

    /// @param timeout for the connection and its handshake, from the time that the attempt starts
    public MonitorConnection open(URI monitor, Duration timeout)
            throws MonitorConnectionException, InterruptedException {
        places.acquire();
        try {
            return MonitorConnection.open(client, monitor, timeout);
        } finally {
            places.release();
        }
    }
}
