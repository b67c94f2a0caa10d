@NullMarked
package dev.elastigres.protocol.monitor;

import org.jspecify.annotations.NullMarked;
