/// Writes the state of this node's pods into the status of the node's plan.
@NullMarked
package dev.elastigres.kubernetes.status;

import org.jspecify.annotations.NullMarked;
