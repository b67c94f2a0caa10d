package dev.elastigres.monitor.postgres;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// Gives the JDBC driver TCP sockets that all connect within one limit: when TLS is only preferred
/// and the server does not answer, the driver would try again without and wait twice as long.
/// Public because the driver makes it, by name, once for each attempt to log in.
public final class TcpSocketFactory extends UnconnectedSocketFactory {
    private final long deadline;

    /// Takes the limit in milliseconds.
    public TcpSocketFactory(String limitMillis) {
        deadline = System.nanoTime() + Duration.ofMillis(Long.parseLong(limitMillis)).toNanos();
    }

    @Override
    public Socket createSocket() {
        return new Socket() {
            @Override
            public void connect(SocketAddress endpoint, int limitMillis) throws IOException {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) throw new SocketTimeoutException("Connect timed out");
                long limit = limitMillis == 0 ? left : Math.min(left, limitMillis);
                super.connect(endpoint, (int) limit);
            }
        };
    }
}
