/// Virtual time for all simulations.
@NullMarked
package dev.elastigres.simulation.time;

import org.jspecify.annotations.NullMarked;
