/// Virtual time, for all that is simulated.
@NullMarked
package dev.elastigres.simulation.time;

import org.jspecify.annotations.NullMarked;
