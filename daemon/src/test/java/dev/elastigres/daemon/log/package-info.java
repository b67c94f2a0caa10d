/// Writes log lines and reads them back.
@NullMarked
package dev.elastigres.daemon.log;

import org.jspecify.annotations.NullMarked;
