package dev.elastigres.agent.monitor;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/// The way to the monitors of all VMs. It connects to so many of them at the same time and lets the
/// others wait: when an agent of thousands of VMs begins, or all of their connections broke, every
/// connection would take longer than it may. For any thread.
public final class MonitorConnector {
    /// Those that never answer hold a place for as long as connecting may take.
    private static final int AT_ONCE = 256;

    private final HttpClient client;
    private final Semaphore places;

    /// @param client shared with others, and left as it is
    public MonitorConnector(HttpClient client) {
        this(client, AT_ONCE);
    }

    MonitorConnector(HttpClient client, int atOnce) {
        this.client = client;
        // Who has waited longest is next.
        places = new Semaphore(atOnce, true);
    }

    /// @param timeout until the end of the handshake, from the time that there is a place
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
