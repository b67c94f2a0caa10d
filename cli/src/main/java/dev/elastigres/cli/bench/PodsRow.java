package dev.elastigres.cli.bench;

import dev.elastigres.cli.measure.Row;
import dev.elastigres.protocol.json.Json;
import java.util.Locale;

/// One row of the benchmark of pods: how long after it was asked for a size was seen.
///
/// @param by who has the pod resized: `kubectl` or `agent`
/// @param seenIn where the size was seen: `status` or `cgroup`
record PodsRow(String by, String seenIn, Samples samples) implements Row {

    @Override
    public String head() {
        return "%-12s %-12s %4s %10s %10s"
                .formatted("resized by", "seen in", "n", "p50 ms", "max ms");
    }

    @Override
    public String text() {
        return String.format(
                Locale.ROOT,
                "%-12s %-12s %4d %10.1f %10.1f",
                by,
                seenIn,
                samples.size(),
                Samples.millis(samples.percentile(50)),
                Samples.millis(samples.max()));
    }

    @Override
    public String json() {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    json.writeStringField("bench", "pods");
                    json.writeStringField("by", by);
                    json.writeStringField("seen_in", seenIn);
                    json.writeNumberField("n", samples.size());
                    json.writeNumberField("p50_ms", Samples.millis(samples.percentile(50)));
                    json.writeNumberField("max_ms", Samples.millis(samples.max()));
                    json.writeEndObject();
                });
    }
}
