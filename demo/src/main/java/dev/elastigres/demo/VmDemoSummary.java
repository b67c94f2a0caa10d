package dev.elastigres.demo;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// The result of the demo in a VM.
///
/// @param load total of all pgbench runs
/// @param query result of the sorting query
/// @param used unit-seconds of the VM while the agent ran
/// @param fixed unit-seconds of a VM that always has the largest size
/// @param took including the boot
record VmDemoSummary(
        List<VmDemoStep> steps,
        PgbenchReport load,
        VmDemoEvent.QueryEnded query,
        CacheSizes cache,
        Resources max,
        double used,
        double fixed,
        Duration took)
        implements DemoResult {

    /// `effective_cache_size` before the load, its maximum, and its value at the end.
    record CacheSizes(Bytes before, Bytes max, Bytes after) {}

    VmDemoSummary {
        steps = List.copyOf(steps);
    }

    @Override
    public List<String> lines() {
        var lines = new ArrayList<String>();
        for (VmDemoStep step : steps) lines.add(row(step.name(), step.text()));
        lines.add(
                row(
                        "pgbench",
                        "%d transactions, %d failed; %d connections dropped"
                                .formatted(load.transactions(), load.failed(), load.dropped())));
        lines.add(row("query", query.sorted() + " sorted in memory; it survived"));
        lines.add(
                row(
                        "effective_cache_size",
                        "%s before, %s at most, %s after"
                                .formatted(cache.before(), cache.max(), cache.after())));
        lines.add(
                row(
                        "compute units",
                        String.format(
                                Locale.ROOT,
                                "%.0f CU-seconds; %.0f for a fixed VM of %s (%.0f %%)",
                                used,
                                fixed,
                                max.text(),
                                100 * used / fixed)));
        lines.add(row("took", DemoTextFormatter.seconds(took)));
        return lines;
    }

    private static String row(String name, String value) {
        return "  %-22s %s".formatted(name, value);
    }

    @Override
    public void writeFields(JsonGenerator json) throws IOException {
        json.writeArrayFieldStart("steps");
        for (VmDemoStep step : steps) {
            json.writeStartObject();
            step.writeFields(json);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("transactions", load.transactions());
        json.writeNumberField("failed_transactions", load.failed());
        json.writeNumberField("dropped_connections", load.dropped());
        json.writeNumberField("sorted_bytes", query.sorted().value());
        json.writeNumberField("effective_cache_size_before_bytes", cache.before().value());
        json.writeNumberField("effective_cache_size_most_bytes", cache.max().value());
        json.writeNumberField("effective_cache_size_after_bytes", cache.after().value());
        json.writeNumberField("cu_seconds", Math.round(used));
        json.writeNumberField("fixed_cu_seconds", Math.round(fixed));
        json.writeNumberField("took_ms", took.toMillis());
    }
}
