/// What the monitor of the node is told to watch.
@NullMarked
package dev.elastigres.kubernetes.watchlist;

import org.jspecify.annotations.NullMarked;
