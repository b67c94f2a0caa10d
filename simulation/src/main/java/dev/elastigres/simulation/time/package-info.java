/// Virtual time, seeded randomness and checks for all simulations.
@NullMarked
package dev.elastigres.simulation.time;

import org.jspecify.annotations.NullMarked;
