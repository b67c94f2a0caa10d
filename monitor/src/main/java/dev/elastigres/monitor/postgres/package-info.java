/// Connections to Postgres: libpq's connection strings, timeouts for all operations, and failures
/// classified by what can be done about them.
@NullMarked
package dev.elastigres.monitor.postgres;

import org.jspecify.annotations.NullMarked;
