/// The file cache: one owner of one connection keeps Postgres' cache settings fitted to memory.
@NullMarked
package dev.elastigres.monitor.cache;

import org.jspecify.annotations.NullMarked;
