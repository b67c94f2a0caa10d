/// Simulates hosts with many VMs and every kind of fault, from a seed.
@NullMarked
package dev.elastigres.simulation.faults;

import org.jspecify.annotations.NullMarked;
