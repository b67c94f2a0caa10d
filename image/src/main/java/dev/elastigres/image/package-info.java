/// Writes OCI images, as a `java.util.spi.ToolProvider`. Callers look the tool up by name and need
/// none of its classes.
@NullMarked
package dev.elastigres.image;

import org.jspecify.annotations.NullMarked;
