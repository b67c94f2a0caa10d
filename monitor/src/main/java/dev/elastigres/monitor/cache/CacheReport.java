package dev.elastigres.monitor.cache;

import dev.elastigres.core.monitor.CacheOutcome;
import dev.elastigres.core.monitor.DatabaseState;

/// What the file cache tells its runner, in the order in which it happened.
public sealed interface CacheReport {

    /// The answer to the latest wish, or what became of it later: applied on a new connection, or
    /// refused for another reason than before.
    record SizingOutcome(CacheOutcome outcome) implements CacheReport {}

    /// The server was asked what it has.
    ///
    /// @param policy the one in use
    /// @param found the settings that are managed, and why these
    record Identified(String policy, String found) implements CacheReport {}

    /// The database is not in the state that it was in before.
    record StateChanged(DatabaseState database) implements CacheReport {}
}
