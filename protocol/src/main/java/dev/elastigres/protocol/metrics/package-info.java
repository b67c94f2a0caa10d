/// Parses metrics pages in Prometheus' text format, and extracts what an agent needs from those of
/// a VM.
@NullMarked
package dev.elastigres.protocol.metrics;

import org.jspecify.annotations.NullMarked;
