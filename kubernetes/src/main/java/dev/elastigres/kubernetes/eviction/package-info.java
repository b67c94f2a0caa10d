/// Pods that the node has no room for, and their eviction.
@NullMarked
package dev.elastigres.kubernetes.eviction;

import org.jspecify.annotations.NullMarked;
