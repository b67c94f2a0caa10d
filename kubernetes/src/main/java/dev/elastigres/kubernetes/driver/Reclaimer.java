package dev.elastigres.kubernetes.driver;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.kubernetes.node.PodContainer;
import java.time.Duration;

/// Frees page cache of containers. For any thread; calls wait for each other.
public interface Reclaimer {

    /// Whose page cache.
    enum ReclaimScope {
        CONTAINER,
        /// All of the pod's, with what containers left behind that are gone.
        POD
    }

    /// What came of it.
    ///
    /// @param freed by how much usage fell
    /// @param why what ended it before all was freed, one clause; empty when nothing did
    record ReclaimResult(Bytes freed, String why) {}

    /// @param bytes how much to free
    /// @param floor usage is not brought below this
    /// @param within how long it may take
    ReclaimResult reclaim(
            PodContainer container, ReclaimScope scope, Bytes bytes, Bytes floor, Duration within)
            throws InterruptedException;
}
