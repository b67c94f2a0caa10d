/// The terminal of this process: size, styles, keys.
@NullMarked
package dev.elastigres.host.terminal;

import org.jspecify.annotations.NullMarked;
