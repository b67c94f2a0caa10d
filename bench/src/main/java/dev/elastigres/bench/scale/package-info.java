/// Measures what the agent of one node costs in a large cluster.
@NullMarked
package dev.elastigres.bench.scale;

import org.jspecify.annotations.NullMarked;
