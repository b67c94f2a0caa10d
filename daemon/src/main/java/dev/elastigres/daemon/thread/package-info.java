/// Helpers for threads.
@NullMarked
package dev.elastigres.daemon.thread;

import org.jspecify.annotations.NullMarked;
