package dev.elastigres.core.scheduler;

import dev.elastigres.core.units.Resources;

/// A node as its object in the cluster describes it.
///
/// @param name its name, not empty
/// @param allocatable what its pods may take together
/// @param schedulable whether new pods may be placed on it; false for a cordoned node
public record AllocatableNode(String name, Resources allocatable, boolean schedulable) {
    public AllocatableNode {
        if (name.isEmpty()) throw new IllegalArgumentException("a node without a name");
    }
}
