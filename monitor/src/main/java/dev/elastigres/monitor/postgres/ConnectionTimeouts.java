package dev.elastigres.monitor.postgres;

import java.time.Duration;

/// Times after which Postgres counts as hung. Host name lookups are limited by the system's
/// resolver only.
///
/// @param connect timeout of connecting to one host and, rounded up to whole seconds, of each of
///     its answers during login; a shorter `connect_timeout` of the connection string takes
///     precedence
/// @param statement timeout of each statement
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
                    "the %s timeout must be from 10 ms to 10 min: %d ms"
                            .formatted(name, timeout.toMillis()));
    }
}
