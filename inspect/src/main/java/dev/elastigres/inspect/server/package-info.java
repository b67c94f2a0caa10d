/// Postgres servers that run on this host.
@NullMarked
package dev.elastigres.inspect.server;

import org.jspecify.annotations.NullMarked;
