/// The file cache: a thread with one connection keeps Postgres' cache settings sized to memory.
@NullMarked
package dev.elastigres.monitor.cache;

import org.jspecify.annotations.NullMarked;
