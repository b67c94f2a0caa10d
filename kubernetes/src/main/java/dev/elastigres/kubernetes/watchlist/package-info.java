/// The watch list of the node's monitor.
@NullMarked
package dev.elastigres.kubernetes.watchlist;

import org.jspecify.annotations.NullMarked;
