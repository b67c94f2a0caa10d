package dev.elastigres.bench;

import dev.elastigres.bench.measure.BenchRow;
import dev.elastigres.protocol.json.Json;
import java.util.Locale;

/// A result row of the benchmark of permits.
///
/// @param what `grant` or `denial`
/// @param of what was measured: `ledger` or `endpoint`
/// @param nodes number of nodes
/// @param samples latencies
/// @param perSecond requests answered per second
record PermitsBenchRow(String what, String of, int nodes, LatencySamples samples, double perSecond)
        implements BenchRow {
    @Override
    public String head() {
        return "%-8s %-10s %8s %8s %10s %10s %10s %12s"
                .formatted("what", "of", "nodes", "n", "p50 ms", "p99 ms", "max ms", "per s");
    }

    @Override
    public String text() {
        return String.format(
                Locale.ROOT,
                "%-8s %-10s %8d %8d %10.3f %10.3f %10.3f %12.0f",
                what,
                of,
                nodes,
                samples.size(),
                millis(samples.percentile(50)),
                millis(samples.percentile(99)),
                millis(samples.max()),
                perSecond);
    }

    @Override
    public String json() {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    json.writeStringField("bench", "permits");
                    json.writeStringField("what", what);
                    json.writeStringField("of", of);
                    json.writeNumberField("nodes", nodes);
                    json.writeNumberField("n", samples.size());
                    json.writeNumberField("p50_ms", millis(samples.percentile(50)));
                    json.writeNumberField("p99_ms", millis(samples.percentile(99)));
                    json.writeNumberField("max_ms", millis(samples.max()));
                    json.writeNumberField("per_s", Math.round(perSecond));
                    json.writeEndObject();
                });
    }

    /// Returns milliseconds with three decimals.
    private static double millis(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }
}
