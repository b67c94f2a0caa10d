package dev.elastigres.protocol.monitor;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.monitor.Fields.Unfit;
import dev.elastigres.protocol.monitor.MonitorMessage.DownscaleResult;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthCheck;
import dev.elastigres.protocol.monitor.MonitorMessage.InternalError;
import dev.elastigres.protocol.monitor.MonitorMessage.InvalidMessage;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleConfirmation;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleRequest;

/// A monitor's messages as text: flat, with the fields beside `type` and before `id`.
public final class MonitorCodec {
    private MonitorCodec() {}

    public static String encode(MonitorMessage message) {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    json.writeStringField("type", type(message));
                    switch (message) {
                        case DownscaleResult(long _, boolean ok, String status) -> {
                            json.writeBooleanField("Ok", ok);
                            json.writeStringField("Status", status);
                        }
                        case InvalidMessage(long _, String error) ->
                                json.writeStringField("error", error);
                        case InternalError(long _, String error) ->
                                json.writeStringField("error", error);
                        case UpscaleRequest _, UpscaleConfirmation _, HealthCheck _ -> {}
                    }
                    MessageIds.write(json, message.id());
                    json.writeEndObject();
                });
    }

    public static Decoded<MonitorMessage> decode(String text) {
        long id = 0;
        try {
            Fields fields = Fields.parse(text);
            id = fields.unsigned("id");
            String type = fields.string("type");
            return switch (type) {
                case "UpscaleRequest" -> read(new UpscaleRequest(id));
                case "UpscaleConfirmation" -> read(new UpscaleConfirmation(id));
                case "DownscaleResult" ->
                        read(new DownscaleResult(id, fields.bool("Ok"), fields.string("Status")));
                case "HealthCheck" -> read(new HealthCheck(id));
                case "InvalidMessage" -> read(new InvalidMessage(id, fields.string("error")));
                case "InternalError" -> read(new InternalError(id, fields.string("error")));
                default -> new Decoded.Unreadable<>(id, "unknown type");
            };
        } catch (Unfit e) {
            return new Decoded.Unreadable<>(id, e.why());
        }
    }

    private static Decoded<MonitorMessage> read(MonitorMessage message) {
        return new Decoded.Message<>(message);
    }

    private static String type(MonitorMessage message) {
        return switch (message) {
            case UpscaleRequest _ -> "UpscaleRequest";
            case UpscaleConfirmation _ -> "UpscaleConfirmation";
            case DownscaleResult _ -> "DownscaleResult";
            case HealthCheck _ -> "HealthCheck";
            case InvalidMessage _ -> "InvalidMessage";
            case InternalError _ -> "InternalError";
        };
    }
}
