/// Watches the memory of one Postgres, and of the machine it runs on.
@NullMarked
package dev.elastigres.monitor.watch;

import org.jspecify.annotations.NullMarked;
