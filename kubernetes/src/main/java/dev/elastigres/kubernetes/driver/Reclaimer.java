package dev.elastigres.kubernetes.driver;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.kubernetes.node.PodContainer;
import java.time.Duration;

/// Frees page cache of containers. Thread-safe; one call at a time is processed.
public interface Reclaimer {

    /// The page cache to reclaim from.
    enum ReclaimScope {
        CONTAINER,
        /// All containers of the pod, including containers that no longer exist.
        POD
    }

    /// Result of a reclaim.
    ///
    /// @param freed decrease of usage
    /// @param why what ended the reclaim before it was complete, as one clause; empty if it is
    ///     complete
    record ReclaimResult(Bytes freed, String why) {}

    /// Frees page cache.
    ///
    /// @param bytes amount to free
    /// @param floor usage is not reduced below this
    /// @param within timeout
    ReclaimResult reclaim(
            PodContainer container, ReclaimScope scope, Bytes bytes, Bytes floor, Duration within)
            throws InterruptedException;
}
