/// Requests of a node's agent to its reclaimer, and the replies.
@NullMarked
package dev.elastigres.protocol.reclaim;

import org.jspecify.annotations.NullMarked;
