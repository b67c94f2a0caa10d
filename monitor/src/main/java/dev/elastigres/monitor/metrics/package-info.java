/// Prometheus metrics: of the monitor, of the machine or container, and of Neon's cache.
@NullMarked
package dev.elastigres.monitor.metrics;

import org.jspecify.annotations.NullMarked;
