/// Replays recorded or generated load through the agent's core, with modelled resize times.
@NullMarked
package dev.elastigres.simulation.trace;

import org.jspecify.annotations.NullMarked;
