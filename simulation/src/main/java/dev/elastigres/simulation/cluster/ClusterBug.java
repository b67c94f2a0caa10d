package dev.elastigres.simulation.cluster;

import java.util.Locale;

/// Deliberate bugs of the simulated scheduler, which the checks must find.
public enum ClusterBug {
    /// Books what an agent claims as its last permit.
    CREDULOUS,
    /// Lowers a booking at once, also right after a growth.
    UNSETTLED,
    /// Answers before the permit is stored in the cluster.
    UNSTORED,
    /// Drops the pods of a node whose object is deleted.
    AMNESIC,
    /// Counts finished pods.
    HOARDING,
    /// Begins moves of VMs that are moving already.
    DOUBLING,
    /// Ignores that pods are deleted.
    DEAF,
    /// Does not drain cordoned nodes.
    UNDRAINED;

    /// Returns the name of the bug.
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
