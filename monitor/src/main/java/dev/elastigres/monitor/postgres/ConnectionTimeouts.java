package dev.elastigres.monitor.postgres;

import java.time.Duration;

/// How long Postgres may take before it counts as hung. Looking up the name of a host is limited by
/// the system's resolver alone.
///
/// @param connect for connecting to one host, and, in whole seconds, for each of its answers while
///     logging in; a shorter `connect_timeout` of the connection string wins
/// @param statement for each statement
public record ConnectionTimeouts(Duration connect, Duration statement) {
    private static final Duration MIN = Duration.ofMillis(10);
    private static final Duration MAX = Duration.ofMinutes(10);

    public static final ConnectionTimeouts DEFAULT =
            new ConnectionTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(2));

    public ConnectionTimeouts {
        check("connect", connect);
        check("statement", statement);
    }

    private static void check(String name, Duration timeout) {
        if (timeout.compareTo(MIN) < 0 || timeout.compareTo(MAX) > 0)
            throw new IllegalArgumentException(
                    "the %s limit must be from 10 ms to 10 min: %d ms"
                            .formatted(name, timeout.toMillis()));
    }
}
