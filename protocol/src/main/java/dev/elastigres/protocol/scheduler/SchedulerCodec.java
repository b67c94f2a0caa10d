package dev.elastigres.protocol.scheduler;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.protocol.json.Json;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;

/// Converts requests and answers of v5.0 to text and back, byte by byte as deployed peers write
/// them.
public final class SchedulerCodec {
    /// The number of v5.0 on the wire, the only supported version.
    public static final int VERSION = 7;

    /// Maximum length of a message; longer ones are rejected.
    public static final int MAX_CHARACTERS = 64 * 1024;

    /// Above this value, not every whole number is representable as a double.
    private static final double LARGEST_WHOLE = 0x1p53;

    private SchedulerCodec() {}

    public static String encode(SchedulerRequest request) {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    json.writeNumberField("protoVersion", VERSION);
                    json.writeObjectFieldStart("pod");
                    json.writeStringField("name", request.pod());
                    json.writeStringField("namespace", request.namespace());
                    json.writeEndObject();
                    ComputeUnit unit = request.unit();
                    write(json, "computeUnit", new Resources(unit.vcpus(), unit.memory()));
                    write(json, "resources", request.wanted());
                    if (request.lastPermit().isPresent())
                        write(json, "lastPermit", request.lastPermit().get());
                    else json.writeNullField("lastPermit");
                    if (request.load1().isPresent()) {
                        json.writeObjectFieldStart("metrics");
                        json.writeFieldName("loadAvg1M");
                        json.writeNumber(decimal(request.load1().getAsDouble()));
                        json.writeEndObject();
                    } else json.writeNullField("metrics");
                    // Deployed peers neither write nor read it.
                    if (request.urgent()) json.writeBooleanField("urgent", true);
                    json.writeEndObject();
                });
    }

    public static String encode(SchedulerResponse answer) {
        return Json.write(
                json -> {
                    json.writeStartObject();
                    write(json, "permit", answer.permit());
                    if (answer.moves()) {
                        json.writeObjectFieldStart("migrate");
                        json.writeEndObject();
                    }
                    json.writeEndObject();
                });
    }

    /// Parses a request.
    ///
    /// @throws SchedulerFormatException if the text is invalid or has another version; the
    ///     scheduler answers either with status 400
    public static SchedulerRequest decodeRequest(String text) throws SchedulerFormatException {
        JsonMembers request = JsonMembers.parse(text);
        long version = request.whole("protoVersion");
        if (version != VERSION)
            throw new SchedulerFormatException(
                    "unsupported version: `protoVersion` is %d, the supported one is %d"
                            .formatted(version, VERSION));
        JsonMembers pod = request.inner("pod");
        Optional<JsonMembers> lastPermit = request.optional("lastPermit");
        Optional<JsonMembers> metrics = request.optional("metrics");
        return new SchedulerRequest(
                pod.name("namespace"),
                pod.name("name"),
                unit(request),
                request.inner("resources").resources(),
                lastPermit.isPresent()
                        ? Optional.of(lastPermit.get().resources())
                        : Optional.empty(),
                metrics.isPresent()
                        ? OptionalDouble.of(metrics.get().number("loadAvg1M"))
                        : OptionalDouble.empty(),
                request.flag("urgent"));
    }

    public static SchedulerResponse decodeAnswer(String text) throws SchedulerFormatException {
        JsonMembers answer = JsonMembers.parse(text);
        return new SchedulerResponse(
                answer.inner("permit").resources(), answer.optional("migrate").isPresent());
    }

    private static ComputeUnit unit(JsonMembers request) throws SchedulerFormatException {
        Resources each = request.inner("computeUnit").resources();
        if (each.vcpus() == 0 || each.memory().equals(Bytes.ZERO))
            throw request.unfit("computeUnit", "has nothing of one resource");
        return new ComputeUnit(each.vcpus(), each.memory());
    }

    private static void write(JsonGenerator json, String name, Resources resources)
            throws IOException {
        json.writeObjectFieldStart(name);
        Quantity.writeVcpus(json, "vCPUs", resources.vcpus());
        Quantity.writeBytes(json, "mem", resources.memory());
        json.writeEndObject();
    }

    /// `1` rather than `1.0`.
    private static String decimal(double value) {
        return value == Math.rint(value) && value < LARGEST_WHOLE
                ? Long.toString((long) value)
                : Double.toString(value);
    }
}
