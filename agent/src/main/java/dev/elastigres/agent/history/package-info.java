/// Demand, sizes and events of VMs over the last day.
@NullMarked
package dev.elastigres.agent.history;

import org.jspecify.annotations.NullMarked;
