/// The protocol between autoscaler-agent and scheduler, both sides of it.
@NullMarked
package dev.elastigres.protocol.scheduler;

import org.jspecify.annotations.NullMarked;
