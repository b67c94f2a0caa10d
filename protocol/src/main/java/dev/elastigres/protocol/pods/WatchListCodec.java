package dev.elastigres.protocol.pods;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Converts watch lists to text and back: one JSON object. Unknown members are ignored.
public final class WatchListCodec {
    /// The only supported version.
    public static final int VERSION = 1;

    /// Maximum length in bytes of UTF-8. Longer texts are neither written nor read.
    public static final int MAX_BYTES = 1024 * 1024;

    private WatchListCodec() {}

    /// @throws WatchListException if the text is longer than [#MAX_BYTES]
    public static String encode(WatchList watchList) throws WatchListException {
        String text =
                Json.write(
                        json -> {
                            json.writeStartObject();
                            json.writeNumberField("version", VERSION);
                            json.writeArrayFieldStart("containers");
                            for (WatchedContainer each : watchList.containers()) write(json, each);
                            json.writeEndArray();
                            json.writeEndObject();
                        });
        checkLength(text);
        return text;
    }

    /// @throws WatchListException naming the invalid member
    public static WatchList decode(String text) throws WatchListException {
        checkLength(text);
        if (!(parse(text) instanceof Json.Obj watchList))
            throw new WatchListException("is not a JSON object");
        long version =
                watchList
                        .whole("version")
                        .orElseThrow(
                                () ->
                                        new WatchListException(
                                                "`version` is missing, or not a whole number"));
        if (version != VERSION)
            throw new WatchListException(
                    "`version` is %d, and only %d is known".formatted(version, VERSION));
        if (!(watchList.members().get("containers") instanceof Json.Arr(List<Json> items)))
            throw new WatchListException("`containers` is missing, or not a list");
        // Check before any container is created.
        if (items.size() > WatchList.MAX_CONTAINERS)
            throw new WatchListException(
                    "`containers` has more than %d".formatted(WatchList.MAX_CONTAINERS));
        var containers = new ArrayList<WatchedContainer>();
        for (Json item : items) containers.add(read(item, containers.size()));
        try {
            return new WatchList(containers);
        } catch (IllegalArgumentException e) {
            throw new WatchListException("`containers` " + e.getMessage());
        }
    }

    private static Json parse(String text) throws WatchListException {
        try {
            return Json.parse(text);
        } catch (JsonException _) {
            // A parser's message may quote the document, which contains passwords.
            throw new WatchListException("is not JSON");
        }
    }

    private static WatchedContainer read(Json item, int index) throws WatchListException {
        String where = "`containers[%d]`".formatted(index);
        if (!(item instanceof Json.Obj container))
            throw new WatchListException(where + " is not an object");
        try {
            return new WatchedContainer(
                    text(container, "uid"),
                    text(container, "namespace"),
                    text(container, "pod"),
                    text(container, "container"),
                    text(container, "id"),
                    WatchedContainer.CacheMode.of(text(container, "cache"))
                            .orElseThrow(
                                    () ->
                                            new IllegalArgumentException(
                                                    "`cache` is not one of none, settings, neon,"
                                                            + " auto")),
                    optionalText(container, "postgres"));
        } catch (IllegalArgumentException e) {
            throw new WatchListException(where + ": " + e.getMessage());
        }
    }

    private static String text(Json.Obj container, String name) {
        return optionalText(container, name)
                .orElseThrow(() -> new IllegalArgumentException("`" + name + "` is missing"));
    }

    /// Returns the member; empty if it is missing or `null`.
    private static Optional<String> optionalText(Json.Obj container, String name) {
        return switch (container.members().getOrDefault(name, new Json.Null())) {
            case Json.Null() -> Optional.empty();
            case Json.Str(String value) -> Optional.of(value);
            case Json.Obj _, Json.Arr _, Json.Num _, Json.Bool _ ->
                    throw new IllegalArgumentException("`" + name + "` is not a string");
        };
    }

    private static void write(JsonGenerator json, WatchedContainer container) throws IOException {
        json.writeStartObject();
        json.writeStringField("uid", container.uid());
        json.writeStringField("namespace", container.namespace());
        json.writeStringField("pod", container.pod());
        json.writeStringField("container", container.container());
        json.writeStringField("id", container.id());
        json.writeStringField("cache", container.cache().text());
        if (container.postgres().isPresent())
            json.writeStringField("postgres", container.postgres().get());
        json.writeEndObject();
    }

    private static void checkLength(String text) throws WatchListException {
        // No `char` takes more than three bytes of UTF-8.
        if (text.length() > MAX_BYTES / 3
                && (text.length() > MAX_BYTES
                        || text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES))
            throw new WatchListException("is longer than %d bytes".formatted(MAX_BYTES));
    }
}
