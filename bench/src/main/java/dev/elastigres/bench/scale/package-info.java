/// Measures the cost of the agent of one node in a large cluster.
@NullMarked
package dev.elastigres.bench.scale;

import org.jspecify.annotations.NullMarked;
