package dev.elastigres.protocol.monitor;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/// Messages exactly as on the wire, one per line.
final class GoldenMessages {
    static final List<String> AGENT_V1_0 = lines("agent-v1.0.jsonl");
    static final List<String> MONITOR_V1_0 = lines("monitor-v1.0.jsonl");
    static final List<String> AGENT_V1_1 = lines("agent-v1.1.jsonl");
    static final List<String> MONITOR_V1_1 = lines("monitor-v1.1.jsonl");

    private GoldenMessages() {}

    private static List<String> lines(String resource) {
        var stream = GoldenMessages.class.getResourceAsStream(resource);
        try (var reader =
                new BufferedReader(
                        new InputStreamReader(Objects.requireNonNull(stream, resource), UTF_8))) {
            return reader.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
