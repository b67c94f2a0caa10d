/// Simulates a cluster: nodes, VMs, agents, and the scheduler that permits sizes and moves VMs.
@NullMarked
package dev.elastigres.simulation.cluster;

import org.jspecify.annotations.NullMarked;
