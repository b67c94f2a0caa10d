/// Measures the resources that the monitor uses on its machine.
@NullMarked
package dev.elastigres.bench.footprint;

import org.jspecify.annotations.NullMarked;
