/// vm-monitor: the daemon that runs beside Postgres.
@NullMarked
package dev.elastigres.monitor;

import org.jspecify.annotations.NullMarked;
