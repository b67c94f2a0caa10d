/// What is known of a node and its pods, and what the API server is asked for.
@NullMarked
package dev.elastigres.kubernetes.node;

import org.jspecify.annotations.NullMarked;
