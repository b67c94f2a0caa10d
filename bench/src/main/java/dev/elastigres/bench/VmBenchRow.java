package dev.elastigres.bench;

import dev.elastigres.bench.measure.BenchRow;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.qemu.Accelerator;

/// A result row of the VM benchmark.
///
/// @param what was measured, in snake_case
record VmBenchRow(String what, Accelerator accelerator, LatencySamples samples)
        implements BenchRow {

    @Override
    public String head() {
        return "%-22s %-12s %s".formatted("what", "accelerator", LatencySamples.titles());
    }

    @Override
    public String text() {
        return "%-22s %-12s %s".formatted(what, accelerator.title(), samples.columns());
    }

    @Override
    public String json() {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    json.writeStringField("bench", "vm");
                    json.writeStringField("what", what);
                    json.writeStringField("accelerator", accelerator.title());
                    samples.write(json);
                    json.writeEndObject();
                });
    }
}
