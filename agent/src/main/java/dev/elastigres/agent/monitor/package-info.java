/// The agent's end of the protocol between agents and monitors.
@NullMarked
package dev.elastigres.agent.monitor;

import org.jspecify.annotations.NullMarked;
