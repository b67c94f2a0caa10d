/// Workers, one for each VM, with their message queues, state and connections.
@NullMarked
package dev.elastigres.agent.worker;

import org.jspecify.annotations.NullMarked;
