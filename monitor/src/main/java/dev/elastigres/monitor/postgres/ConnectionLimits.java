package dev.elastigres.monitor.postgres;

import java.time.Duration;

/// How long Postgres may take before it counts as hung. Looking up the name of a host is limited by
/// the system's resolver alone.
///
/// @param connect for connecting to one host, and, in whole seconds, for each of its answers while
///     logging in; a shorter `connect_timeout` of the connection string wins
/// @param statement for each statement
public record ConnectionLimits(Duration connect, Duration statement) {
    private static final Duration LEAST = Duration.ofMillis(10);
    private static final Duration MOST = Duration.ofMinutes(10);

    public static final ConnectionLimits DEFAULT =
            new ConnectionLimits(Duration.ofSeconds(2), Duration.ofSeconds(2));

    public ConnectionLimits {
        check("connect", connect);
        check("statement", statement);
    }

    private static void check(String name, Duration limit) {
        if (limit.compareTo(LEAST) < 0 || limit.compareTo(MOST) > 0)
            throw new IllegalArgumentException(
                    "the %s limit must be from 10 ms to 10 min: %d ms"
                            .formatted(name, limit.toMillis()));
    }
}
