package dev.elastigres.core.scheduler;

import dev.elastigres.core.units.Resources;

/// A node with its bookings, as the rebalancer sees it.
///
/// @param node the node
/// @param booked the sum of all bookings, each divided by its overcommit factor
/// @param available whether it is ready; VMs are moved neither from nor to a node that is not
public record NodeLoad(AllocatableNode node, Resources booked, boolean available) {}
