/// Both sides of the protocol between autoscaler-agent and vm-monitor.
@NullMarked
package dev.elastigres.protocol.monitor;

import org.jspecify.annotations.NullMarked;
