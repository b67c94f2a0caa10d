package dev.elastigres.protocol.monitor;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.monitor.AgentMessage.DownscaleRequest;
import dev.elastigres.protocol.monitor.AgentMessage.HealthCheck;
import dev.elastigres.protocol.monitor.AgentMessage.InternalError;
import dev.elastigres.protocol.monitor.AgentMessage.InvalidMessage;
import dev.elastigres.protocol.monitor.AgentMessage.UpscaleNotification;
import dev.elastigres.protocol.monitor.MessageFields.MessageFormatException;
import java.io.IOException;

/// Converts an agent's messages to text and back: `{"content":{…},"type":"T","id":N}`, with a
/// newline at the end as deployed agents send it.
public final class AgentCodec {
    private AgentCodec() {}

    public static String encode(AgentMessage message) {
        return Json.write(
                        json -> {
                            json.writeStartObject();
                            json.writeObjectFieldStart("content");
                            switch (message) {
                                case UpscaleNotification(long _, Resources granted) ->
                                        write(json, "granted", granted);
                                case DownscaleRequest(long _, Resources target) ->
                                        write(json, "target", target);
                                case HealthCheck _ -> {}
                                case InvalidMessage(long _, String error) ->
                                        json.writeStringField("error", error);
                                case InternalError(long _, String error) ->
                                        json.writeStringField("error", error);
                            }
                            json.writeEndObject();
                            json.writeStringField("type", type(message));
                            MessageIds.write(json, message.id());
                            json.writeEndObject();
                        })
                + "\n";
    }

    public static Decoded<AgentMessage> decode(String text) {
        long id = 0;
        try {
            MessageFields fields = MessageFields.parse(text);
            id = fields.unsigned("id");
            String type = fields.string("type");
            return switch (type) {
                case "UpscaleNotification" ->
                        read(new UpscaleNotification(id, content(fields).resources("granted")));
                case "DownscaleRequest" ->
                        read(new DownscaleRequest(id, content(fields).resources("target")));
                case "HealthCheck" -> {
                    content(fields);
                    yield read(new HealthCheck(id));
                }
                case "InvalidMessage" ->
                        read(new InvalidMessage(id, content(fields).sentence("error")));
                case "InternalError" ->
                        read(new InternalError(id, content(fields).sentence("error")));
                default -> new Decoded.Unreadable<>(id, "unknown type");
            };
        } catch (MessageFormatException e) {
            return new Decoded.Unreadable<>(id, e.why());
        }
    }

    private static MessageFields content(MessageFields message) throws MessageFormatException {
        return message.object("content");
    }

    private static Decoded<AgentMessage> read(AgentMessage message) {
        return new Decoded.Message<>(message);
    }

    private static String type(AgentMessage message) {
        return switch (message) {
            case UpscaleNotification _ -> "UpscaleNotification";
            case DownscaleRequest _ -> "DownscaleRequest";
            case HealthCheck _ -> "HealthCheck";
            case InvalidMessage _ -> "InvalidMessage";
            case InternalError _ -> "InternalError";
        };
    }

    private static void write(JsonGenerator json, String name, Resources resources)
            throws IOException {
        json.writeObjectFieldStart(name);
        VcpuFormat.write(json, "cpu", resources.vcpus());
        Bytes memory = resources.memory();
        json.writeNumberField("mem", memory.value());
        json.writeEndObject();
    }
}
