package dev.elastigres.core.monitor;

import dev.elastigres.core.units.Bytes;

/// What became of the wish to fit the cache to `usable` memory.
public sealed interface CacheOutcome {

    /// The usable memory that the cache was to be sized for.
    Bytes usable();

    /// Done. `summary` says what, as a clause: `set file cache size to 141MiB`.
    record Applied(Bytes usable, String summary) implements CacheOutcome {}

    /// Not done, because of `database`, which is never [DatabaseState.Up].
    record Failed(Bytes usable, DatabaseState database) implements CacheOutcome {}
}
