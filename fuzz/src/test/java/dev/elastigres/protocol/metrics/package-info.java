@NullMarked
package dev.elastigres.protocol.metrics;

import org.jspecify.annotations.NullMarked;
