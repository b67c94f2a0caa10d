package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.util.Optional;

/// How the cache of the watched Postgres is fitted to memory.
///
/// @param fitted memory of the last request to fit the cache
/// @param refit when to fit the cache to memory that has grown; empty if that is not pending
/// @param database state of the Postgres whose cache is managed
public record CacheSizing(Bytes fitted, Optional<Moment> refit, DatabaseState database) {

    static CacheSizing begin(Bytes fitted, DatabaseState database) {
        return new CacheSizing(fitted, Optional.empty(), database);
    }

    boolean isManaged() {
        return !(database instanceof DatabaseState.Unmanaged);
    }

    CacheSizing fittedTo(Bytes usable) {
        return new CacheSizing(usable, Optional.empty(), database);
    }

    CacheSizing withRefit(Optional<Moment> at) {
        return new CacheSizing(fitted, at, database);
    }

    CacheSizing with(DatabaseState changed) {
        return new CacheSizing(fitted, refit, changed);
    }
}
