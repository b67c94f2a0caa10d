/// Metrics pages in Prometheus' text format, and what an agent reads from those of a VM.
@NullMarked
package dev.elastigres.protocol.metrics;

import org.jspecify.annotations.NullMarked;
