/// Decisions of autoscale-scheduler: permits for the sizes of VMs on the nodes of a cluster, and
/// moves of VMs off nodes that have no room left.
@NullMarked
package dev.elastigres.core.scheduler;

import org.jspecify.annotations.NullMarked;
