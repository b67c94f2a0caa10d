/// Frees page cache of the containers of a Kubernetes node.
@NullMarked
package dev.elastigres.reclaimer;

import org.jspecify.annotations.NullMarked;
