package dev.elastigres.cli.bench;

import dev.elastigres.cli.measure.Row;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.vm.qemu.Accelerator;
import java.util.Locale;

/// One row of the benchmark of VMs.
///
/// @param what was measured, in snake_case
record VmResult(String what, Accelerator accelerator, Samples samples) implements Row {

    @Override
    public String head() {
        return "%-22s %-12s %4s %10s %10s"
                .formatted("what", "accelerator", "n", "p50 ms", "max ms");
    }

    @Override
    public String text() {
        return String.format(
                Locale.ROOT,
                "%-22s %-12s %4d %10.1f %10.1f",
                what,
                accelerator.title(),
                samples.size(),
                Samples.millis(samples.percentile(50)),
                Samples.millis(samples.max()));
    }

    @Override
    public String json() {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    json.writeStringField("bench", "vm");
                    json.writeStringField("what", what);
                    json.writeStringField("accelerator", accelerator.title());
                    json.writeNumberField("n", samples.size());
                    json.writeNumberField("p50_ms", Samples.millis(samples.percentile(50)));
                    json.writeNumberField("max_ms", Samples.millis(samples.max()));
                    json.writeEndObject();
                });
    }
}
