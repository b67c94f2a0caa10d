package dev.elastigres.monitor.cache;

import dev.elastigres.core.units.Bytes;
import java.util.List;

/// A server whose cache is left alone.
record NoCache() implements CacheControl {

    @Override
    public String policy() {
        return "none";
    }

    @Override
    public String found() {
        return "none";
    }

    @Override
    public boolean holdsMemory() {
        return false;
    }

    @Override
    public Result apply(Bytes usable) {
        return new Result.InForce("left the cache as it is");
    }

    @Override
    public List<CacheStatus.Setting> read() {
        return List.of();
    }
}
