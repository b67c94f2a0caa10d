package dev.elastigres.protocol.monitor;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.monitor.MessageFields.MessageFormatException;
import dev.elastigres.protocol.monitor.MonitorMessage.AppliedSize;
import dev.elastigres.protocol.monitor.MonitorMessage.DownscaleResult;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthCheck;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthDetails;
import dev.elastigres.protocol.monitor.MonitorMessage.InternalError;
import dev.elastigres.protocol.monitor.MonitorMessage.InvalidMessage;
import dev.elastigres.protocol.monitor.MonitorMessage.NeedDetails;
import dev.elastigres.protocol.monitor.MonitorMessage.RefusalDetails;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleConfirmation;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleRequest;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;

/// Converts a monitor's messages to text and back. They are flat: their fields stand between `type`
/// and `id`. Fields of v1.1 are neither written nor read in a session of v1.0.
public final class MonitorCodec {
    private MonitorCodec() {}

    /// @param version protocol version of the session
    public static String encode(MonitorMessage message, int version) {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    json.writeStringField("type", type(message));
                    write(json, message);
                    if (ProtocolVersion.hasDetails(version)) writeDetails(json, message);
                    MessageIds.write(json, message.id());
                    json.writeEndObject();
                });
    }

    private static void write(JsonGenerator json, MonitorMessage message) throws IOException {
        switch (message) {
            case DownscaleResult(long _, boolean ok, String status, RefusalDetails _) -> {
                json.writeBooleanField("Ok", ok);
                json.writeStringField("Status", status);
            }
            case InvalidMessage(long _, String error) -> json.writeStringField("error", error);
            case InternalError(long _, String error) -> json.writeStringField("error", error);
            case UpscaleRequest _, UpscaleConfirmation _, HealthCheck _ -> {}
        }
    }

    private static void writeDetails(JsonGenerator json, MonitorMessage message)
            throws IOException {
        switch (message) {
            case UpscaleRequest(long _, NeedDetails wanted) -> {
                writeCode(json, "reason", wanted.reason());
                writeBytes(json, "want_mem", wanted.memory());
                writeVcpus(json, "want_cpu", wanted.vcpus());
                if (wanted.timeLeft().isPresent())
                    json.writeNumberField("time_left_ms", wanted.timeLeft().get().toMillis());
            }
            case UpscaleConfirmation(long _, AppliedSize applied) -> {
                writeBytes(json, "applied_mem", applied.memory());
                writeVcpus(json, "applied_cpu", applied.vcpus());
            }
            case DownscaleResult(long _, boolean _, String _, RefusalDetails refused) -> {
                writeCode(json, "reason", refused.reason());
                writeBytes(json, "least_mem", refused.minMemory());
            }
            case HealthCheck(long _, HealthDetails health) -> {
                if (health.ready().isPresent())
                    json.writeBooleanField("ready", health.ready().get());
                writeCode(json, "postgres", health.postgres());
                if (health.problems().isEmpty()) return;
                json.writeArrayFieldStart("troubles");
                for (String problem : health.problems()) json.writeString(problem);
                json.writeEndArray();
            }
            case InvalidMessage _, InternalError _ -> {}
        }
    }

    private static void writeCode(JsonGenerator json, String name, Optional<String> code)
            throws IOException {
        if (code.isPresent()) json.writeStringField(name, code.get());
    }

    private static void writeBytes(JsonGenerator json, String name, Optional<Bytes> bytes)
            throws IOException {
        if (bytes.isPresent()) json.writeNumberField(name, bytes.get().value());
    }

    private static void writeVcpus(JsonGenerator json, String name, OptionalDouble vcpus)
            throws IOException {
        if (vcpus.isPresent()) VcpuFormat.write(json, name, vcpus.getAsDouble());
    }

    /// @param version protocol version of the session
    public static Decoded<MonitorMessage> decode(String text, int version) {
        long id = 0;
        try {
            MessageFields fields = MessageFields.parse(text);
            id = fields.unsigned("id");
            String type = fields.string("type");
            MessageFields details =
                    ProtocolVersion.hasDetails(version) ? fields : MessageFields.NONE;
            return switch (type) {
                case "UpscaleRequest" -> read(new UpscaleRequest(id, wanted(details)));
                case "UpscaleConfirmation" -> read(new UpscaleConfirmation(id, applied(details)));
                case "DownscaleResult" ->
                        read(
                                new DownscaleResult(
                                        id,
                                        fields.bool("Ok"),
                                        fields.sentence("Status"),
                                        refused(details)));
                case "HealthCheck" -> read(new HealthCheck(id, health(details)));
                case "InvalidMessage" -> read(new InvalidMessage(id, fields.sentence("error")));
                case "InternalError" -> read(new InternalError(id, fields.sentence("error")));
                default -> new Decoded.Unreadable<>(id, "unknown type");
            };
        } catch (MessageFormatException e) {
            return new Decoded.Unreadable<>(id, e.why());
        }
    }

    private static NeedDetails wanted(MessageFields details) throws MessageFormatException {
        return new NeedDetails(
                details.optionalCode("reason"),
                details.optionalBytes("want_mem"),
                details.optionalVcpus("want_cpu"),
                details.optionalMillis("time_left_ms"));
    }

    private static AppliedSize applied(MessageFields details) throws MessageFormatException {
        return new AppliedSize(
                details.optionalBytes("applied_mem"), details.optionalVcpus("applied_cpu"));
    }

    private static RefusalDetails refused(MessageFields details) throws MessageFormatException {
        return new RefusalDetails(
                details.optionalCode("reason"), details.optionalBytes("least_mem"));
    }

    private static HealthDetails health(MessageFields details) throws MessageFormatException {
        return new HealthDetails(
                details.optionalBool("ready"),
                details.optionalCode("postgres"),
                details.optionalTexts("troubles"));
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
