package dev.elastigres.lab;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.protocol.json.Json;
import java.time.Duration;
import java.util.Optional;

/// The monitor's `/status`.
record MonitorStatus(Json.Obj page) {

    boolean isReady() {
        return page.get("ready").equals(Optional.of(new Json.Bool(true)));
    }

    boolean hasSession() {
        return part("session").get("live").equals(Optional.of(new Json.Bool(true)));
    }

    /// MemTotal as the monitor knows it.
    Bytes observed() {
        return bytes(part("memory"), "observed_bytes");
    }

    Bytes threshold() {
        return bytes(part("memory"), "threshold_bytes");
    }

    /// What the threshold and the cache follow.
    Bytes fitted() {
        return bytes(part("memory"), "fitted_bytes");
    }

    boolean usageIsKnown() {
        return part("usage").get("state").equals(Optional.of(new Json.Str("known")));
    }

    Bytes averageUsage() {
        return bytes(part("usage"), "average_bytes");
    }

    Bytes lastUsage() {
        return bytes(part("usage"), "last_bytes");
    }

    /// Processes that the kernel killed, as far as the monitor heard of it.
    long oomKills() {
        return bytes(part("usage"), "oom_kills").value();
    }

    /// How old the last sample was when this was written.
    Duration age() {
        return Duration.ofMillis(bytes(part("usage"), "age_ms").value());
    }

    /// What Postgres' cache is set to.
    Bytes cache() {
        if (part("cache").get("settings").orElseThrow() instanceof Json.Arr settings
                && settings.items().getFirst() instanceof Json.Obj setting)
            return bytes(setting, "actual_bytes");
        throw new AssertionError("no settings in " + page);
    }

    private Json.Obj part(String name) {
        if (page.get(name).orElse(new Json.Null()) instanceof Json.Obj part) return part;
        throw new AssertionError("no " + name + " in " + page);
    }

    private static Bytes bytes(Json.Obj part, String name) {
        if (part.get(name).orElse(part) instanceof Json.Num(String text))
            return Bytes.of(Long.parseLong(text));
        throw new AssertionError("no " + name + " in " + part);
    }
}
