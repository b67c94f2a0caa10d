package dev.elastigres.testbed;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Options of a temporary Postgres server.
///
/// @param distribution the programs
/// @param settings settings of `postgresql.conf`, which override the defaults of the testbed
/// @param password password of the superuser `postgres`, for SCRAM authentication; if empty, every
///     connection is trusted
public record PostgresServerOptions(
        PostgresPrograms distribution, Map<String, String> settings, Optional<String> password) {

    public PostgresServerOptions {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    public static PostgresServerOptions of(PostgresPrograms distribution) {
        return new PostgresServerOptions(distribution, Map.of(), Optional.empty());
    }

    public PostgresServerOptions withSetting(String name, String value) {
        var more = new LinkedHashMap<>(settings);
        more.put(name, value);
        return new PostgresServerOptions(distribution, more, password);
    }

    public PostgresServerOptions withPassword(String secret) {
        return new PostgresServerOptions(distribution, settings, Optional.of(secret));
    }

    /// Returns a description without the password.
    @Override
    public String toString() {
        return "%s %s%s"
                .formatted(
                        distribution.name(), settings, password.isPresent() ? " password=***" : "");
    }
}
