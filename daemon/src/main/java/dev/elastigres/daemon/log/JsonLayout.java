package dev.elastigres.daemon.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Formats a line as one JSON object: `time`, `level` and `message` first, then the fields.
final class JsonLayout implements LogLayout {
    private static final Set<String> FIXED = Set.of("time", "level", "message");

    /// Loaded with the first line, since a daemon listens before it writes one.
    private static final class JsonTools {
        static final JsonFactory JSON = new JsonFactory();

        private JsonTools() {}
    }

    @Override
    public String line(
            Instant time, LogLevel level, String message, Map<String, @Nullable Object> fields) {
        // Written as characters: half a surrogate pair would make a byte generator fail, and
        // becomes a question mark here.
        var line = new StringWriter(256);
        try (JsonGenerator object = JsonTools.JSON.createGenerator(line)) {
            object.writeStartObject();
            object.writeStringField("time", Timestamps.utc(time));
            object.writeStringField("level", level.name().toLowerCase(Locale.ROOT));
            object.writeStringField("message", message);
            for (var field : fields.entrySet()) {
                String key = field.getKey();
                object.writeFieldName(FIXED.contains(key) ? key + "_" : key);
                write(object, field.getValue());
            }
            object.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("strings take any text", e);
        }
        return line.toString();
    }

    private static void write(JsonGenerator object, @Nullable Object value) throws IOException {
        // Not a switch, which would load a class before the first line.
        if (value == null) object.writeNull();
        else if (value instanceof Boolean is) object.writeBoolean(is);
        else if (value instanceof Integer number) object.writeNumber(number);
        else if (value instanceof Long number) object.writeNumber(number);
        // If JSON has no such number, as for NaN, the generator writes a string.
        else if (value instanceof Double number) object.writeNumber(number);
        else object.writeString(FieldValues.text(value));
    }
}
