/// Metrics for Prometheus and compatible scrapers: counters, histograms and the pages to scrape.
@NullMarked
package dev.elastigres.daemon.metrics;

import org.jspecify.annotations.NullMarked;
