package dev.elastigres.monitor.cache;

import dev.elastigres.core.units.Bytes;
import java.util.List;

/// A server whose cache is not managed.
record UnmanagedCache() implements CacheControl {

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
    public SizingResult apply(Bytes usable) {
        return new SizingResult.InForce("left the cache as it is");
    }

    @Override
    public boolean mayWait(Bytes usable) {
        return false;
    }

    @Override
    public List<CacheStatus.CacheSettingStatus> read() {
        return List.of();
    }
}
