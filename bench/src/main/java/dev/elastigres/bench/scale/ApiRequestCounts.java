package dev.elastigres.bench.scale;

import dev.elastigres.harness.HarnessException;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.Json.Obj;
import dev.elastigres.protocol.json.JsonException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Counts an account's requests to the API server, from the server's audit log.
///
/// @param log of audit events, one per line
/// @param user name of the account in the API server
record ApiRequestCounts(Path log, String user) {

    /// Returns the current size of the log, in bytes.
    long mark() throws HarnessException {
        try {
            return Files.exists(log) ? Files.size(log) : 0;
        } catch (IOException e) {
            throw new HarnessException("cannot read the audit log", e);
        }
    }

    /// Returns the number of requests between two marks, by verb and resource, as in `patch
    /// pods/resize`. A watch counts once, at its start.
    Map<String, Integer> between(long from, long to) throws HarnessException {
        var counts = new TreeMap<String, Integer>();
        for (String line : text(from, to).split("\n", -1))
            if (!line.isBlank()) counted(line).ifPresent(it -> counts.merge(it, 1, Integer::sum));
        return counts;
    }

    private String text(long from, long to) throws HarnessException {
        if (to == from) return "";
        byte[] bytes = new byte[Math.toIntExact(to - from)];
        try (var file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(from);
            file.readFully(bytes);
        } catch (IOException e) {
            throw new HarnessException("cannot read the audit log", e);
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private Optional<String> counted(String line) throws HarnessException {
        try {
            return Json.parse(line) instanceof Obj event ? counted(event) : Optional.empty();
        } catch (JsonException e) {
            throw new HarnessException("the audit log has a line that is not an event", e);
        }
    }

    private Optional<String> counted(Obj event) {
        String verb = event.text("verb").orElse("");
        String counts = verb.equals("watch") ? "ResponseStarted" : "ResponseComplete";
        if (!event.text("stage").equals(Optional.of(counts))) return Optional.empty();
        if (!event.object("user").flatMap(it -> it.text("username")).equals(Optional.of(user)))
            return Optional.empty();
        String resource =
                event.object("objectRef")
                        .flatMap(ApiRequestCounts::resource)
                        .or(() -> event.text("requestURI"))
                        .orElse("");
        return Optional.of(verb + " " + resource);
    }

    private static Optional<String> resource(Obj reference) {
        return reference
                .text("resource")
                .map(it -> it + reference.text("subresource").map(sub -> "/" + sub).orElse(""));
    }
}
