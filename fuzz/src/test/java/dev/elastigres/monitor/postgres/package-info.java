@NullMarked
package dev.elastigres.monitor.postgres;

import org.jspecify.annotations.NullMarked;
