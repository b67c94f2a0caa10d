package dev.elastigres.protocol.monitor;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.monitor.MessageFields.MessageFormatException;
import java.util.Map;

/// The first message each way: the agent offers a range of versions, the monitor picks one.
public final class Handshake {
    private Handshake() {}

    /// Answer of the monitor to the offered range.
    public sealed interface HandshakeReply {
        record Agreed(int version) implements HandshakeReply {}

        record Failed(String error) implements HandshakeReply {}
    }

    public static String encode(VersionRange range) {
        return Json.write(
                        json -> {
                            json.writeStartObject();
                            json.writeNumberField("min", range.min());
                            json.writeNumberField("max", range.max());
                            json.writeEndObject();
                        })
                + "\n";
    }

    public static String encode(HandshakeReply reply) {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    switch (reply) {
                        case HandshakeReply.Agreed(int version) ->
                                json.writeNumberField("version", version);
                        case HandshakeReply.Failed(String error) ->
                                json.writeStringField("error", error);
                    }
                    json.writeEndObject();
                });
    }

    /// Returns the monitor's answer to an agent's first message.
    public static HandshakeReply answer(String text, VersionRange ours) {
        try {
            VersionRange theirs = range(text);
            var shared = ours.highestShared(theirs);
            return shared.isPresent()
                    ? new HandshakeReply.Agreed(shared.getAsInt())
                    : new HandshakeReply.Failed(
                            "no shared protocol version: the agent speaks "
                                    + theirs
                                    + ", this monitor "
                                    + ours);
        } catch (MessageFormatException e) {
            return new HandshakeReply.Failed(
                    "cannot read the range of protocol versions: " + e.why());
        }
    }

    /// Parses the monitor's answer. Any error makes it a failure, whatever other fields it has.
    ///
    /// @param offered range that the agent offered; no other version can be agreed on
    public static HandshakeReply decodeReply(String text, VersionRange offered) {
        try {
            MessageFields fields = MessageFields.parse(text);
            if (fields.has("error")) return new HandshakeReply.Failed(fields.sentence("error"));
            int version = version(fields.unsigned("version"), "version");
            return offered.contains(version)
                    ? new HandshakeReply.Agreed(version)
                    : new HandshakeReply.Failed(
                            "the monitor picked version "
                                    + version
                                    + ", this agent offered "
                                    + offered);
        } catch (MessageFormatException e) {
            return new HandshakeReply.Failed("cannot read the monitor's answer: " + e.why());
        }
    }

    private static VersionRange range(String text) throws MessageFormatException {
        MessageFields fields = fields(text);
        int min = version(fields.unsigned("min"), "min");
        int max = version(fields.unsigned("max"), "max");
        if (min > max) throw new MessageFormatException("min " + min + " is above max " + max);
        return new VersionRange(min, max);
    }

    /// Returns the fields of the range. Deployed monitors also accept `[min,max]`.
    private static MessageFields fields(String text) throws MessageFormatException {
        Json value = MessageFields.json(text);
        return value instanceof Json.Arr(var items) && items.size() == 2
                ? MessageFields.of(
                        new Json.Obj(Map.of("min", items.getFirst(), "max", items.getLast())))
                : MessageFields.of(value);
    }

    private static int version(long value, String name) throws MessageFormatException {
        if (value < 0 || value > 255)
            throw new MessageFormatException("`" + name + "` is above 255");
        return (int) value;
    }
}
