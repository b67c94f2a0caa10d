/// The containers of a Kubernetes node that are to be watched: who they are, and where.
@NullMarked
package dev.elastigres.monitor.pods;

import org.jspecify.annotations.NullMarked;
