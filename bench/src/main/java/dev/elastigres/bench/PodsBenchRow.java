package dev.elastigres.bench;

import dev.elastigres.bench.measure.BenchRow;
import dev.elastigres.protocol.json.Json;

/// A result row of the pods benchmark: time from a request until the new size was visible.
///
/// @param by client that resizes the pod: `kubectl` or `agent`
/// @param seenIn where the size was visible: `status` or `cgroup`
record PodsBenchRow(String by, String seenIn, LatencySamples samples) implements BenchRow {

    @Override
    public String head() {
        return "%-12s %-12s %s".formatted("resized by", "seen in", LatencySamples.titles());
    }

    @Override
    public String text() {
        return "%-12s %-12s %s".formatted(by, seenIn, samples.columns());
    }

    @Override
    public String json() {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    json.writeStringField("bench", "pods");
                    json.writeStringField("by", by);
                    json.writeStringField("seen_in", seenIn);
                    samples.write(json);
                    json.writeEndObject();
                });
    }
}
