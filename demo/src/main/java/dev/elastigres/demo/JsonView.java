package dev.elastigres.demo;

import dev.elastigres.protocol.json.Json;
import java.io.PrintStream;
import java.time.Duration;

/// Prints one JSON object per line. The last one is the summary.
final class JsonView implements DemoView {
    private final PrintStream out;

    JsonView(PrintStream out) {
        this.out = out;
    }

    @Override
    public void happened(Duration at, DemoNotice notice) {
        out.println(
                Json.write(
                        json -> {
                            json.writeStartObject();
                            json.writeStringField("event", notice.event());
                            json.writeNumberField("at_ms", at.toMillis());
                            notice.writeFields(json);
                            json.writeEndObject();
                        }));
    }

    @Override
    public void gauge(Duration at, DemoSnapshot snapshot) {}

    @Override
    public void ended(DemoResult ending) {
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
