/// Watches the memory and CPUs of one Postgres, and the memory of its machine or container.
@NullMarked
package dev.elastigres.monitor.watch;

import org.jspecify.annotations.NullMarked;
