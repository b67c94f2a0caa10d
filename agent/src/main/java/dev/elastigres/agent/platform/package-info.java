/// What the VMs of an agent are, and all that comes with that.
@NullMarked
package dev.elastigres.agent.platform;

import org.jspecify.annotations.NullMarked;
