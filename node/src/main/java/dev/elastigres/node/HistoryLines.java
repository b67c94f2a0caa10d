package dev.elastigres.node;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.protocol.json.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Formats the history of a VM as lines: the ranges of its demand and size, and its events.
final class HistoryLines {
    private HistoryLines() {}

    /// @param history the agent's page
    /// @param begin earlier points and events are left out
    static List<String> of(Json.Obj history, Instant begin) {
        var lines = new ArrayList<String>();
        List<Json.Obj> points = since(history, "points", begin);
        range(points, "demand").ifPresent(it -> lines.add("demand: " + it));
        range(points, "size").ifPresent(it -> lines.add("size: " + it));
        if (points.isEmpty()) lines.add("its metrics were not read in that time");
        for (Json.Obj event : since(history, "events", begin))
            lines.add(
                    time(event).map(it -> it.truncatedTo(ChronoUnit.SECONDS) + " ").orElse("")
                            + event.text("what").orElse(""));
        return lines;
    }

    private static List<Json.Obj> since(Json.Obj history, String member, Instant begin) {
        var items = new ArrayList<Json.Obj>();
        if (history.get(member).orElse(null) instanceof Json.Arr(List<Json> all))
            for (Json each : all)
                if (each instanceof Json.Obj item
                        && time(item).filter(it -> !it.isBefore(begin)).isPresent())
                    items.add(item);
        return items;
    }

    private static Optional<Instant> time(Json.Obj item) {
        return item.text("at").map(Instant::parse);
    }

    private static Optional<String> range(List<Json.Obj> points, String member) {
        List<Resources> sizes =
                points.stream()
                        .flatMap(it -> it.object(member).stream())
                        .map(HistoryLines::size)
                        .toList();
        Optional<Resources> min = sizes.stream().reduce(Resources::min);
        Optional<Resources> max = sizes.stream().reduce(Resources::max);
        return min.map(it -> it.text() + " to " + max.orElse(it).text());
    }

    private static Resources size(Json.Obj size) {
        return new Resources(number(size, "cpus"), new Bytes((long) number(size, "memory_bytes")));
    }

    private static double number(Json.Obj size, String member) {
        return size.get(member).orElse(null) instanceof Json.Num(String text)
                ? Double.parseDouble(text)
                : 0;
    }
}
