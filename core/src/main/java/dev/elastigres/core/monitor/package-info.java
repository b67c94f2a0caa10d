/// Decides for vm-monitor: thresholds, cache sizes, downscales, and when to request more.
@NullMarked
package dev.elastigres.core.monitor;

import org.jspecify.annotations.NullMarked;
