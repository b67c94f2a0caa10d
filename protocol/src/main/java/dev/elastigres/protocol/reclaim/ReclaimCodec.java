package dev.elastigres.protocol.reclaim;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import dev.elastigres.protocol.reclaim.ReclaimReply.ReclaimEnd;
import dev.elastigres.protocol.reclaim.ReclaimRequest.ReclaimTarget;
import java.time.Duration;

/// Converts requests and replies to lines and back: one JSON object each. Unknown members are
/// ignored.
public final class ReclaimCodec {
    /// Maximum length of a line in bytes of UTF-8, without its end. Longer lines are neither
    /// written nor read.
    public static final int MAX_LINE = 4 * 1024;

    private ReclaimCodec() {}

    public static String encode(ReclaimRequest request) {
        return Json.object()
                .with("uid", request.uid())
                .with("container", request.container())
                .with("scope", request.scope().text())
                .with("bytes", request.bytes().value())
                .with("floor", request.floor().value())
                .with("within_ms", request.within().toMillis())
                .compact();
    }

    /// @throws ReclaimException naming the invalid member
    public static ReclaimRequest decodeRequest(String line) throws ReclaimException {
        Json.Obj request = parse(line);
        try {
            return new ReclaimRequest(
                    text(request, "uid"),
                    text(request, "container"),
                    scope(text(request, "scope")),
                    Bytes.of(number(request, "bytes")),
                    Bytes.of(number(request, "floor")),
                    Duration.ofMillis(number(request, "within_ms")));
        } catch (IllegalArgumentException e) {
            throw new ReclaimException(String.valueOf(e.getMessage()));
        }
    }

    private static ReclaimTarget scope(String text) throws ReclaimException {
        for (ReclaimTarget each : ReclaimTarget.values()) if (each.text().equals(text)) return each;
        throw new ReclaimException("`scope` is neither container nor pod");
    }

    public static String encode(ReclaimReply reply) {
        return Json.object()
                .with("freed", reply.freed().value())
                .with("ending", reply.ending().text())
                .with("why", reply.why())
                .compact();
    }

    /// @throws ReclaimException naming the invalid member
    public static ReclaimReply decodeReply(String line) throws ReclaimException {
        Json.Obj reply = parse(line);
        return new ReclaimReply(
                Bytes.of(number(reply, "freed")),
                ending(text(reply, "ending")),
                text(reply, "why"));
    }

    private static ReclaimEnd ending(String text) throws ReclaimException {
        for (ReclaimEnd each : ReclaimEnd.values()) if (each.text().equals(text)) return each;
        throw new ReclaimException("`ending` is not one that is known");
    }

    private static Json.Obj parse(String line) throws ReclaimException {
        try {
            if (Json.parse(line) instanceof Json.Obj object) return object;
        } catch (JsonException _) {
            // Reported below.
        }
        throw new ReclaimException("the line is not a JSON object");
    }

    private static String text(Json.Obj object, String name) throws ReclaimException {
        return object.text(name)
                .orElseThrow(() -> new ReclaimException("`" + name + "` is missing, or no text"));
    }

    private static long number(Json.Obj object, String name) throws ReclaimException {
        long number =
                object.whole(name)
                        .orElseThrow(
                                () ->
                                        new ReclaimException(
                                                "`" + name + "` is missing, or no whole number"));
        if (number < 0) throw new ReclaimException("`" + name + "` is negative");
        return number;
    }
}
