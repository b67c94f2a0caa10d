/// Recorded or made-up load, replayed through the agent's core with modelled resize times.
@NullMarked
package dev.elastigres.simulation.trace;

import org.jspecify.annotations.NullMarked;
