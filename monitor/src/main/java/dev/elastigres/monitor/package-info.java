/// vm-monitor: the daemon that lives beside Postgres.
@NullMarked
package dev.elastigres.monitor;

import org.jspecify.annotations.NullMarked;
