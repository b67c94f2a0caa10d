package dev.elastigres.core.scheduler;

import dev.elastigres.core.units.Resources;

/// Bookings of one node.
///
/// @param node its name
/// @param allocatable what its pods may take together; zero while the node is unknown
/// @param booked the sum of all bookings, each divided by its overcommit factor
/// @param sizes the sum of all sizes, before division
/// @param moving the part of `booked` that belongs to VMs that are moving away
/// @param waiting number of VMs whose last request was not met
public record NodeUsage(
        String node,
        Resources allocatable,
        Resources booked,
        Resources sizes,
        Resources moving,
        int waiting) {}
