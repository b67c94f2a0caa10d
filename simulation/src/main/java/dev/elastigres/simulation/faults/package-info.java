/// Hosts full of VMs, with everything going wrong that can, from a seed.
@NullMarked
package dev.elastigres.simulation.faults;

import org.jspecify.annotations.NullMarked;
