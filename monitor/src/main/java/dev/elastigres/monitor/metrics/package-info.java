/// What there is to scrape: what the monitor does, the machine it is on, and neon's cache.
@NullMarked
package dev.elastigres.monitor.metrics;

import org.jspecify.annotations.NullMarked;
