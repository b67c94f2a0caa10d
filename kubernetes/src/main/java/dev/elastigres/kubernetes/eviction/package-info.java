/// Eviction of pods that lack room on their node.
@NullMarked
package dev.elastigres.kubernetes.eviction;

import org.jspecify.annotations.NullMarked;
