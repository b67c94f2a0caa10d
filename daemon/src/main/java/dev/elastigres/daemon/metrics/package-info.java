/// Metrics for Prometheus and its kin: counting, and the pages that are scraped.
@NullMarked
package dev.elastigres.daemon.metrics;

import org.jspecify.annotations.NullMarked;
