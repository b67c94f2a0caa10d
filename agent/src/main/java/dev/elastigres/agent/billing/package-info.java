/// Records of the VMs' sizes over time, for billing systems.
@NullMarked
package dev.elastigres.agent.billing;

import org.jspecify.annotations.NullMarked;
