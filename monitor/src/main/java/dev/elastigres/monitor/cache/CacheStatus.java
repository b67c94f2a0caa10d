package dev.elastigres.monitor.cache;

import dev.elastigres.core.monitor.DatabaseState;
import dev.elastigres.core.units.Bytes;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The file cache at one moment.
///
/// @param policy the one in use: of `auto`, what was found on the server, once known
/// @param found the settings that are managed, and why these; empty before the first connection
/// @param database what is known of Postgres
/// @param since when the database came into that state
/// @param usable the memory last wished for
/// @param settings what is managed; empty before the first connection
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

    /// One setting of Postgres.
    ///
    /// @param wanted empty before the first wish
    /// @param actual as last seen in force; empty when the server has no amount for it
    public record CacheSettingStatus(String name, Optional<Bytes> wanted, Optional<Bytes> actual) {}
}
