package dev.elastigres.protocol.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// Reads the fields of a message. Every error names the field.
final class MessageFields {
    /// A message without fields.
    static final MessageFields NONE = new MessageFields(Json.object(), "");

    private static final int MAX_CODE_LENGTH = 64;

    /// Maximum length of a text for people, in characters. A peer's text ends up in logs, pages and
    /// answers.
    private static final int MAX_SENTENCE = 1000;

    private final Json.Obj object;
    private final String path;

    private MessageFields(Json.Obj object, String path) {
        this.object = object;
        this.path = path;
    }

    static MessageFields parse(String text) throws MessageFormatException {
        return of(json(text));
    }

    static Json json(String text) throws MessageFormatException {
        try {
            return Json.parse(text);
        } catch (JsonException e) {
            throw new MessageFormatException("not JSON: " + e.getMessage());
        }
    }

    static MessageFields of(Json value) throws MessageFormatException {
        if (!(value instanceof Json.Obj object))
            throw new MessageFormatException("not a JSON object");
        return new MessageFields(object, "");
    }

    MessageFields object(String name) throws MessageFormatException {
        if (!(get(name) instanceof Json.Obj inner)) throw unfit(name, "is not an object");
        return new MessageFields(inner, path + name + ".");
    }

    String string(String name) throws MessageFormatException {
        if (!(get(name) instanceof Json.Str(String value))) throw unfit(name, "is not a string");
        return value;
    }

    /// Returns a text for people, cut off after [#MAX_SENTENCE] characters.
    String sentence(String name) throws MessageFormatException {
        return shortened(string(name));
    }

    private static String shortened(String text) {
        if (text.length() <= MAX_SENTENCE) return text;
        // Does not cut between the surrogates of a character.
        int end = Character.isHighSurrogate(text.charAt(MAX_SENTENCE - 1)) ? 1 : 0;
        return text.substring(0, MAX_SENTENCE - end) + "...";
    }

    boolean bool(String name) throws MessageFormatException {
        if (!(get(name) instanceof Json.Bool(boolean value)))
            throw unfit(name, "is not true or false");
        return value;
    }

    /// Returns a number from 0 to 2^64-1 as an unsigned long.
    long unsigned(String name) throws MessageFormatException {
        if (!(get(name) instanceof Json.Num(String text)) || !isDigits(text))
            throw unfit(name, "is not a whole number from 0 on");
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException _) {
            throw unfit(name, "is above 2^64-1");
        }
    }

    /// Like [#unsigned], but values from 2^63 on become [Bytes#MAX]: no machine has as much.
    Bytes bytes(String name) throws MessageFormatException {
        long value = unsigned(name);
        return value < 0 ? Bytes.MAX : new Bytes(value);
    }

    /// Returns the resources of an object such as `{"cpu":0.5,"mem":2147483648}`.
    Resources resources(String name) throws MessageFormatException {
        MessageFields inner = object(name);
        return new Resources(inner.vcpus("cpu"), inner.bytes("mem"));
    }

    private double vcpus(String name) throws MessageFormatException {
        if (!(get(name) instanceof Json.Num(String text))) throw unfit(name, "is not a number");
        double value = Double.parseDouble(text);
        if (!(value >= 0 && value <= Double.MAX_VALUE)) throw unfit(name, "is out of range");
        return value;
    }

    // ---- optional fields; if present, they must be valid

    Optional<Bytes> optionalBytes(String name) throws MessageFormatException {
        return has(name) ? Optional.of(bytes(name)) : Optional.empty();
    }

    OptionalDouble optionalVcpus(String name) throws MessageFormatException {
        return has(name) ? OptionalDouble.of(vcpus(name)) : OptionalDouble.empty();
    }

    /// Returns a time in whole milliseconds.
    Optional<Duration> optionalMillis(String name) throws MessageFormatException {
        return has(name) ? Optional.of(Duration.ofMillis(bytes(name).value())) : Optional.empty();
    }

    Optional<Boolean> optionalBool(String name) throws MessageFormatException {
        return has(name) ? Optional.of(bool(name)) : Optional.empty();
    }

    /// Returns a code for programs. Unknown codes are accepted.
    Optional<String> optionalCode(String name) throws MessageFormatException {
        if (!has(name)) return Optional.empty();
        String code = string(name);
        if (code.length() > MAX_CODE_LENGTH) throw unfit(name, "is too long");
        return Optional.of(code);
    }

    List<String> optionalTexts(String name) throws MessageFormatException {
        if (!has(name)) return List.of();
        if (!(get(name) instanceof Json.Arr(var items))) throw unfit(name, "is not a list");
        var texts = new ArrayList<String>();
        for (Json item : items) {
            if (!(item instanceof Json.Str(String text)))
                throw unfit(name, "is not a list of strings");
            texts.add(text);
        }
        return texts;
    }

    boolean has(String name) {
        return object.get(name).isPresent();
    }

    private Json get(String name) throws MessageFormatException {
        return object.get(name).orElseThrow(() -> unfit(name, "is missing"));
    }

    private MessageFormatException unfit(String name, String why) {
        return new MessageFormatException("`" + path + name + "` " + why);
    }

    private static boolean isDigits(String text) {
        return text.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    /// Thrown for a document that does not follow the protocol. The message states where.
    static final class MessageFormatException extends Exception {
        private static final long serialVersionUID = 1;

        private final String why;

        MessageFormatException(String why) {
            super(why);
            this.why = why;
        }

        String why() {
            return why;
        }
    }
}
