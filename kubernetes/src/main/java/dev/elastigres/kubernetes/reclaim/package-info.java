/// The agent's client of the reclaimer.
@NullMarked
package dev.elastigres.kubernetes.reclaim;

import org.jspecify.annotations.NullMarked;
