/// From metrics to the size that a VM should have: the goal, its parts, and why it is what it is.
@NullMarked
package dev.elastigres.core.scaling;

import org.jspecify.annotations.NullMarked;
