package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.util.Optional;

/// How the cache of the watched Postgres is fitted to memory.
///
/// @param fitted memory of the last request to fit the cache
/// @param refit when to fit the cache to memory that has grown; empty if that is not pending
/// @param database state of the Postgres whose cache is managed
public record CacheFit(Bytes fitted, Optional<Moment> refit, DatabaseState database) {

    static CacheFit begin(Bytes fitted, DatabaseState database) {
        return new CacheFit(fitted, Optional.empty(), database);
    }

    boolean isManaged() {
        return !(database instanceof DatabaseState.Unmanaged);
    }

    CacheFit fittedTo(Bytes usable) {
        return new CacheFit(usable, Optional.empty(), database);
    }

    CacheFit withRefit(Optional<Moment> at) {
        return new CacheFit(fitted, at, database);
    }

    CacheFit with(DatabaseState changed) {
        return new CacheFit(fitted, refit, changed);
    }
}
