package dev.elastigres.demo;

import dev.elastigres.protocol.json.Json;
import java.io.PrintStream;
import java.time.Duration;

/// One JSON object a line, for programs. The last one is the summary.
final class JsonView implements View {
    private final PrintStream out;

    JsonView(PrintStream out) {
        this.out = out;
    }

    @Override
    public void happened(Duration at, Told told) {
        out.println(
                Json.write(
                        json -> {
                            json.writeStartObject();
                            json.writeStringField("event", told.event());
                            json.writeNumberField("at_ms", at.toMillis());
                            told.writeFields(json);
                            json.writeEndObject();
                        }));
    }

    @Override
    public void gauge(Duration at, Gauge gauge) {}

    @Override
    public void ended(Ending ending) {
        out.println(
                Json.write(
                        json -> {
                            json.writeStartObject();
                            json.writeStringField("event", "summary");
                            ending.writeFields(json);
                            json.writeEndObject();
                        }));
    }

    @Override
    public void close() {}
}
