package dev.elastigres.protocol.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// A JSON value. Designed for small documents from a peer that may be faulty or hostile: parsing is
/// strict (no duplicate names, nothing after the document) and bounded.
public sealed interface Json {
    /// Maximum nesting depth. Messages are flat, so a deeper document is not one.
    int MAX_DEPTH = 32;

    /// Maximum length of a number: 2^64-1 has 20 digits, and a fraction may have some more.
    int MAX_NUMBER_LENGTH = 100;

    record Obj(Map<String, Json> members) implements Json {
        public Optional<Json> get(String name) {
            return Optional.ofNullable(members.get(name));
        }

        /// Returns the member `name` if it is a string. The methods below do the same for other
        /// types.
        public Optional<String> text(String name) {
            return members.get(name) instanceof Str(var value)
                    ? Optional.of(value)
                    : Optional.empty();
        }

        /// Returns the member `name` if it is a whole number within a long.
        public OptionalLong whole(String name) {
            return members.get(name) instanceof Num number ? number.whole() : OptionalLong.empty();
        }

        public Optional<Obj> object(String name) {
            return members.get(name) instanceof Obj value ? Optional.of(value) : Optional.empty();
        }

        public List<Json> list(String name) {
            return members.get(name) instanceof Arr(var items) ? items : List.of();
        }

        /// Returns this object with one more member.
        public Obj with(String name, Json value) {
            var more = new LinkedHashMap<>(members);
            more.put(name, value);
            return new Obj(more);
        }

        public Obj with(String name, String value) {
            return with(name, new Str(value));
        }

        public Obj with(String name, long value) {
            return with(name, Num.of(value));
        }

        public Obj with(String name, boolean value) {
            return with(name, new Bool(value));
        }
    }

    record Arr(List<Json> items) implements Json {}

    record Str(String value) implements Json {}

    /// A number as written. The reader decides which type it fits into.
    record Num(String text) implements Json {
        public static Num of(long value) {
            return new Num(Long.toString(value));
        }

        /// Returns the number as a long; empty if it is not whole or does not fit.
        public OptionalLong whole() {
            try {
                return OptionalLong.of(Long.parseLong(text));
            } catch (NumberFormatException _) {
                return OptionalLong.empty();
            }
        }
    }

    record Bool(boolean value) implements Json {}

    record Null() implements Json {}

    /// Returns an object without members.
    static Obj object() {
        return new Obj(Map.of());
    }

    /// Parses exactly one document.
    ///
    /// @throws JsonException if the text is not well-formed, has a duplicate name, or exceeds a
    ///     limit
    static Json parse(String text) throws JsonException {
        try (JsonParser parser = JsonFactoryHolder.STRICT.createParser(text)) {
            if (parser.nextToken() == null) throw new JsonException("an empty document");
            Json value = read(parser);
            if (parser.nextToken() != null) throw new JsonException("more than one document");
            return value;
        } catch (JsonProcessingException e) {
            throw new JsonException(e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("reading from memory failed", e);
        }
    }

    /// Writes the document that `body` generates, without white space.
    static String write(JsonBody body) {
        var text = new StringWriter();
        try (JsonGenerator generator = JsonFactoryHolder.STRICT.createGenerator(text)) {
            body.writeTo(generator);
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory failed", e);
        }
        return text.toString();
    }

    /// Writes one value.
    interface JsonBody {
        void writeTo(JsonGenerator generator) throws IOException;
    }

    /// Returns the value on one line, without white space.
    default String compact() {
        return write(json -> writeTo(json, this));
    }

    /// Returns the value indented, for people.
    default String pretty() {
        return write(
                json -> {
                    json.setPrettyPrinter(new DefaultPrettyPrinter());
                    writeTo(json, this);
                });
    }

    private static void writeTo(JsonGenerator json, Json value) throws IOException {
        switch (value) {
            case Obj(var members) -> {
                json.writeStartObject();
                for (var member : members.entrySet()) {
                    json.writeFieldName(member.getKey());
                    writeTo(json, member.getValue());
                }
                json.writeEndObject();
            }
            case Arr(var items) -> {
                json.writeStartArray();
                for (Json item : items) writeTo(json, item);
                json.writeEndArray();
            }
            case Str(var text) -> json.writeString(text);
            case Num(var text) -> json.writeNumber(text);
            case Bool(var is) -> json.writeBoolean(is);
            case Null() -> json.writeNull();
        }
    }

    private static Json read(JsonParser parser) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> readObject(parser);
            case START_ARRAY -> readArray(parser);
            case VALUE_STRING -> new Str(parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new Num(parser.getText());
            case VALUE_TRUE -> new Bool(true);
            case VALUE_FALSE -> new Bool(false);
            case VALUE_NULL -> new Null();
            case END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE ->
                    throw new IllegalStateException(
                            "no value begins with " + parser.currentToken());
        };
    }

    private static Obj readObject(JsonParser parser) throws IOException {
        var members = new LinkedHashMap<String, Json>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, read(parser));
        }
        return new Obj(members);
    }

    private static Arr readArray(JsonParser parser) throws IOException {
        var items = new ArrayList<Json>();
        while (parser.nextToken() != JsonToken.END_ARRAY) items.add(read(parser));
        return new Arr(items);
    }

    /// A class of its own, so that the interface has no public constant of a library's type.
    final class JsonFactoryHolder {
        private static final JsonFactory STRICT =
                JsonFactory.builder()
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        // A message quoted in an error would put the peer's text into our log.
                        .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(MAX_DEPTH)
                                        .maxNumberLength(MAX_NUMBER_LENGTH)
                                        .build())
                        .build();

        private JsonFactoryHolder() {}
    }
}
