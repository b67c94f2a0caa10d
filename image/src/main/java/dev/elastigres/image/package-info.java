/// Writes OCI images, as a tool of the JDK's kind: whoever needs one names the tool, and knows no
/// class of it.
@NullMarked
package dev.elastigres.image;

import org.jspecify.annotations.NullMarked;
