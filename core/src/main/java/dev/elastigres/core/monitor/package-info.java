/// What vm-monitor decides: thresholds, cache sizes, downscales, when to ask for more.
@NullMarked
package dev.elastigres.core.monitor;

import org.jspecify.annotations.NullMarked;
