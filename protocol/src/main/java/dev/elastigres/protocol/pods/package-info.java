/// Interface between the agent of a Kubernetes node and the monitor beside it.
@NullMarked
package dev.elastigres.protocol.pods;

import org.jspecify.annotations.NullMarked;
