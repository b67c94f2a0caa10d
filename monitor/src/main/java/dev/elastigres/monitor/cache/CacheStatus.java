package dev.elastigres.monitor.cache;

import dev.elastigres.core.monitor.DatabaseState;
import dev.elastigres.core.units.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Snapshot of the file cache.
///
/// @param policy the policy in use; for `auto`, the one found on the server once it is known
/// @param found the managed settings and the reason for their choice; empty before the first
///     connection
/// @param database state of Postgres
/// @param since when the database entered that state
/// @param usable the memory of the latest requested size
/// @param settings the managed settings; empty before the first connection
public record CacheStatus(
        String policy,
        String found,
        DatabaseState database,
        Instant since,
        Optional<Bytes> usable,
        List<CacheSettingStatus> settings) {

    public CacheStatus {
        settings = List.copyOf(settings);
    }

    /// A managed setting.
    ///
    /// @param wanted the wanted value; empty before the first requested size
    /// @param actual the value last seen in force; empty if the server has no amount for it
    public record CacheSettingStatus(String name, Optional<Bytes> wanted, Optional<Bytes> actual) {}
}
