/// Holds that operators place on the sizes of VMs.
@NullMarked
package dev.elastigres.agent.hold;

import org.jspecify.annotations.NullMarked;
