package dev.elastigres.protocol.monitor;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.monitor.Fields.Unfit;
import java.util.Map;

/// The first message each way: the agent offers a range of versions, the monitor picks one.
public final class Handshake {
    private Handshake() {}

    /// What a monitor answers.
    public sealed interface Reply {
        record Agreed(int version) implements Reply {}

        record Failed(String error) implements Reply {}
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

    public static String encode(Reply reply) {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    switch (reply) {
                        case Reply.Agreed(int version) -> json.writeNumberField("version", version);
                        case Reply.Failed(String error) -> json.writeStringField("error", error);
                    }
                    json.writeEndObject();
                });
    }

    /// A monitor's answer to an agent's first message.
    public static Reply answer(String text, VersionRange ours) {
        try {
            VersionRange theirs = range(text);
            var shared = ours.highestShared(theirs);
            return shared.isPresent()
                    ? new Reply.Agreed(shared.getAsInt())
                    : new Reply.Failed(
                            "no shared protocol version: the agent speaks "
                                    + theirs
                                    + ", this monitor "
                                    + ours);
        } catch (Unfit e) {
            return new Reply.Failed("cannot read the range of protocol versions: " + e.why());
        }
    }

    /// A monitor's answer, as an agent reads it: any error is a failure, whatever else is there.
    ///
    /// @param offered by the agent; nothing else can be agreed on
    public static Reply decodeReply(String text, VersionRange offered) {
        try {
            Fields fields = Fields.parse(text);
            if (fields.has("error")) return new Reply.Failed(fields.sentence("error"));
            int version = version(fields.unsigned("version"), "version");
            return offered.contains(version)
                    ? new Reply.Agreed(version)
                    : new Reply.Failed(
                            "the monitor picked version "
                                    + version
                                    + ", this agent offered "
                                    + offered);
        } catch (Unfit e) {
            return new Reply.Failed("cannot read the monitor's answer: " + e.why());
        }
    }

    private static VersionRange range(String text) throws Unfit {
        Fields fields = fields(text);
        int min = version(fields.unsigned("min"), "min");
        int max = version(fields.unsigned("max"), "max");
        if (min > max) throw new Unfit("min " + min + " is above max " + max);
        return new VersionRange(min, max);
    }

    /// Deployed monitors take `[min,max]` as well as an object.
    private static Fields fields(String text) throws Unfit {
        Json value = Fields.json(text);
        return value instanceof Json.Arr(var items) && items.size() == 2
                ? Fields.of(new Json.Obj(Map.of("min", items.getFirst(), "max", items.getLast())))
                : Fields.of(value);
    }

    private static int version(long value, String name) throws Unfit {
        if (value < 0 || value > 255) throw new Unfit("`" + name + "` is above 255");
        return (int) value;
    }
}
