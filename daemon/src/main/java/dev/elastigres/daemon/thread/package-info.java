/// Threads of a daemon.
@NullMarked
package dev.elastigres.daemon.thread;

import org.jspecify.annotations.NullMarked;
