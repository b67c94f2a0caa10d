/// What the monitor costs of the machine that it is on.
@NullMarked
package dev.elastigres.bench.footprint;

import org.jspecify.annotations.NullMarked;
