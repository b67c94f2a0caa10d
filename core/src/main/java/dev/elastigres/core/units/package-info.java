/// Quantities with their units: bytes, and moments on a monotonic clock.
@NullMarked
package dev.elastigres.core.units;

import org.jspecify.annotations.NullMarked;
