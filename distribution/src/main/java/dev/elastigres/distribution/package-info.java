/// The monitor with a Java runtime of its own: for images, packages and measurements.
@NullMarked
package dev.elastigres.distribution;

import org.jspecify.annotations.NullMarked;
