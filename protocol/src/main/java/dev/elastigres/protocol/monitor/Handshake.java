package dev.elastigres.protocol.monitor;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.monitor.MessageFields.MessageFormatException;
import java.util.Map;

/// The first message each way: the agent offers a range of versions, the monitor picks one.
public final class Handshake {
    private Handshake() {}

    /// What a monitor answers.
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

    /// A monitor's answer to an agent's first message.
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

    /// A monitor's answer, as an agent reads it: any error is a failure, whatever else is there.
    ///
    /// @param offered by the agent; nothing else can be agreed on
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

    /// Deployed monitors take `[min,max]` as well as an object.
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
