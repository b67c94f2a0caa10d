package dev.elastigres.daemon.http;

import dev.elastigres.daemon.log.CauseChain;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.channels.UnresolvedAddressException;

/// Explains why the JDK's HTTP client reached no server: some of its exceptions have no message.
public final class ConnectFailures {
    private ConnectFailures() {}

    /// Returns the reason as one readable clause.
    public static String reason(IOException failure) {
        return switch (failure) {
            case ConnectException e when e.getCause() instanceof UnresolvedAddressException ->
                    "unknown host";
            case ConnectException e when e.getMessage() == null -> "connection refused";
            default -> CauseChain.chain(failure);
        };
    }
}
