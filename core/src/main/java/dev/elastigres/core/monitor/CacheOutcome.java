package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;

/// Outcome of a request to fit the cache to `usable` memory.
public sealed interface CacheOutcome {

    /// Returns the usable memory that the cache was to be sized for.
    Bytes usable();

    /// The cache was fitted. `summary` describes the change as a clause: `set file cache size to
    /// 141MiB`.
    record Applied(Bytes usable, String summary) implements CacheOutcome {}

    /// The cache was not fitted, because of `database`, which is never [DatabaseState.Up].
    record Failed(Bytes usable, DatabaseState database) implements CacheOutcome {}
}
