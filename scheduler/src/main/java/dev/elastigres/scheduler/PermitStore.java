package dev.elastigres.scheduler;

import dev.elastigres.core.scheduler.PodIdentity;
import dev.elastigres.core.units.Resources;

/// Stores permitted sizes in the objects of the cluster, from which a restarted scheduler rebuilds
/// its ledger. Called for several pods concurrently, for one pod at a time.
public interface PermitStore {
    /// Stores nothing, for a ledger that need not survive.
    PermitStore NONE = (_, _) -> StoreOutcome.STORED;

    /// Result of a write.
    enum StoreOutcome {
        STORED,
        /// The cluster has refused the size for certain, as when a quota or the node does not
        /// allow it.
        REFUSED
    }

    /// Stores the size that a pod is permitted. It must return or throw within a few seconds.
    ///
    /// @throws PermitStoreException if it is unknown whether the size was stored
    StoreOutcome store(PodIdentity pod, Resources size)
            throws PermitStoreException, InterruptedException;
}
