@NullMarked
package dev.elastigres.daemon.guard;

import org.jspecify.annotations.NullMarked;
