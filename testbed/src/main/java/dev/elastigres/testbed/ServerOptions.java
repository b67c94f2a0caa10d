package dev.elastigres.testbed;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What a throw-away server should be.
///
/// @param settings what `postgresql.conf` says beyond our defaults; they win over those
/// @param password of the superuser `postgres`, asked for by SCRAM; empty: everybody is trusted
public record ServerOptions(
        Distribution distribution, Map<String, String> settings, Optional<String> password) {

    public ServerOptions {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    public static ServerOptions of(Distribution distribution) {
        return new ServerOptions(distribution, Map.of(), Optional.empty());
    }

    public ServerOptions withSetting(String name, String value) {
        var more = new LinkedHashMap<>(settings);
        more.put(name, value);
        return new ServerOptions(distribution, more, password);
    }

    public ServerOptions withPassword(String secret) {
        return new ServerOptions(distribution, settings, Optional.of(secret));
    }

    /// Without the password.
    @Override
    public String toString() {
        return "%s %s%s"
                .formatted(
                        distribution.name(), settings, password.isPresent() ? " password=***" : "");
    }
}
