/// The state of a node and its pods, and requests to the API server.
@NullMarked
package dev.elastigres.kubernetes.node;

import org.jspecify.annotations.NullMarked;
