@NullMarked
package dev.elastigres.monitor;

import org.jspecify.annotations.NullMarked;
