/// The protocol between autoscaler-agent and vm-monitor, both sides of it.
@NullMarked
package dev.elastigres.protocol.monitor;

import org.jspecify.annotations.NullMarked;
