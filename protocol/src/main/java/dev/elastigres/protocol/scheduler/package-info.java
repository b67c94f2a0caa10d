/// Both sides of the protocol between autoscaler-agent and scheduler.
@NullMarked
package dev.elastigres.protocol.scheduler;

import org.jspecify.annotations.NullMarked;
