package dev.elastigres.harness;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.protocol.json.Json;
import java.time.Duration;
import java.util.Optional;

/// The monitor's `/status`. Accessors throw if the value is unknown or not known yet.
public record MonitorStatus(Json.Obj page) {

    public boolean isReady() {
        return page.get("ready").equals(Optional.of(new Json.Bool(true)));
    }

    public boolean hasSession() {
        return part("session").get("live").equals(Optional.of(new Json.Bool(true)));
    }

    /// Returns MemTotal as the monitor observes it.
    public Bytes observed() {
        return bytes(part("memory"), "observed_bytes");
    }

    public Bytes threshold() {
        return bytes(part("memory"), "threshold_bytes");
    }

    /// Returns the memory size from which the threshold and the cache size are computed.
    public Bytes fitted() {
        return bytes(part("memory"), "fitted_bytes");
    }

    public boolean usageIsKnown() {
        return part("usage").get("state").equals(Optional.of(new Json.Str("known")));
    }

    public Bytes averageUsage() {
        return bytes(part("usage"), "average_bytes");
    }

    public Bytes lastUsage() {
        return bytes(part("usage"), "last_bytes");
    }

    /// Returns the number of OOM kills that the monitor has observed.
    public long oomKills() {
        return bytes(part("usage"), "oom_kills").value();
    }

    /// Returns the age of the last sample when the page was written.
    public Duration age() {
        return Duration.ofMillis(bytes(part("usage"), "age_ms").value());
    }

    /// Returns the size that Postgres' cache is set to.
    public Bytes cache() {
        if (part("cache").get("settings").orElseThrow() instanceof Json.Arr settings
                && settings.items().getFirst() instanceof Json.Obj setting)
            return bytes(setting, "actual_bytes");
        throw new IllegalStateException("no settings in " + page);
    }

    private Json.Obj part(String name) {
        if (page.get(name).orElse(new Json.Null()) instanceof Json.Obj part) return part;
        throw new IllegalStateException("no " + name + " in " + page);
    }

    private static Bytes bytes(Json.Obj part, String name) {
        if (part.get(name).orElse(part) instanceof Json.Num(String text))
            return Bytes.of(Long.parseLong(text));
        throw new IllegalStateException("no " + name + " in " + part);
    }
}
