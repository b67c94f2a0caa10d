/// Connections to Postgres: libpq's connection strings, deadlines on everything, and failures named
/// for what can be done about them.
@NullMarked
package dev.elastigres.monitor.postgres;

import org.jspecify.annotations.NullMarked;
