@NullMarked
package dev.elastigres.protocol.scheduler;

import org.jspecify.annotations.NullMarked;
