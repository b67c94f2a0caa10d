/// Computes the goal, the size that metrics call for, with its components and an explanation.
@NullMarked
package dev.elastigres.core.scaling;

import org.jspecify.annotations.NullMarked;
