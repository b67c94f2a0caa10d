package dev.elastigres.page;

import dev.elastigres.protocol.json.Json;
import java.time.Instant;

/// An event on the time axis of a machine's charts.
///
/// @param number ascends with each event of the machine, by more than zero
/// @param at when it happened
/// @param kind its kind
/// @param text the event in one clause
public record ChartEvent(long number, Instant at, EventKind kind, String text) {
    Json json() {
        return Json.object()
                .with("at", at.toEpochMilli())
                .with("kind", kind.code())
                .with("text", text);
    }
}
