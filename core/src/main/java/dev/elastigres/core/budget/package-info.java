/// Distributes a host's capacity to its VMs.
@NullMarked
package dev.elastigres.core.budget;

import org.jspecify.annotations.NullMarked;
