/// Unix sockets between daemons of one host.
@NullMarked
package dev.elastigres.daemon.local;

import org.jspecify.annotations.NullMarked;
