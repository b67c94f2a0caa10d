/// The agent's side of the reclaimer.
@NullMarked
package dev.elastigres.kubernetes.reclaim;

import org.jspecify.annotations.NullMarked;
