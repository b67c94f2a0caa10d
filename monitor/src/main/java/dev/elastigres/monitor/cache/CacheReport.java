package dev.elastigres.monitor.cache;

import dev.elastigres.core.monitor.CacheOutcome;
import dev.elastigres.core.monitor.DatabaseState;

/// Reports of the file cache to its runner, in the order of the events.
public sealed interface CacheReport {

    /// Outcome of the latest requested size: the first result, or a later change: applied on a new
    /// connection, or failed for another reason.
    record SizingOutcome(CacheOutcome outcome) implements CacheReport {}

    /// The managed settings were determined on the server.
    ///
    /// @param policy the policy in use
    /// @param found the managed settings, and the reason for their choice
    record Identified(String policy, String found) implements CacheReport {}

    /// The state of the database has changed.
    record StateChanged(DatabaseState database) implements CacheReport {}
}
