/// The log, read back.
@NullMarked
package dev.elastigres.daemon.log;

import org.jspecify.annotations.NullMarked;
