/// What the agent of a node asks its reclaimer for.
@NullMarked
package dev.elastigres.protocol.reclaim;

import org.jspecify.annotations.NullMarked;
