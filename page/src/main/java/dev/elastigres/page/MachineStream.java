package dev.elastigres.page;

import dev.elastigres.protocol.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The messages of one stream about one machine. Remembers what was sent. For one thread.
final class MachineStream {
    private String details = "";
    private Instant hourTo = Instant.MIN;
    private Instant dayTo = Instant.MIN;
    private List<ChartPoint> ends = List.of();
    private long eventsTo = Long.MIN_VALUE;

    /// Returns the message with everything that has changed; empty if nothing has.
    ///
    /// @param millis current Unix time, in milliseconds
    Optional<String> next(MachineView view, long millis) {
        String now = view.detailsJson().compact();
        boolean same = now.equals(details);
        // The last point of each chart changes until its time is over.
        List<ChartPoint> hour =
                view.hour().stream().filter(it -> !it.at().isBefore(hourTo)).toList();
        List<ChartPoint> day = view.day().stream().filter(it -> !it.at().isBefore(dayTo)).toList();
        List<ChartEvent> events =
                view.events().stream().filter(it -> it.number() > eventsTo).toList();
        List<ChartPoint> newest =
                Stream.of(hour, day).filter(it -> !it.isEmpty()).map(List::getLast).toList();
        if (same && newest.equals(ends) && events.isEmpty()) return Optional.empty();
        ends = newest;
        details = now;
        if (!hour.isEmpty()) hourTo = hour.getLast().at();
        if (!day.isEmpty()) dayTo = day.getLast().at();
        if (!events.isEmpty()) eventsTo = events.getLast().number();
        return Optional.of(
                "{\"at\":%d,\"machine\":%s,\"hour\":%s,\"day\":%s,\"events\":%s}"
                        .formatted(
                                millis,
                                same ? "null" : now,
                                points(hour),
                                points(day),
                                new Json.Arr(events.stream().map(ChartEvent::json).toList())
                                        .compact()));
    }

    private static String points(List<ChartPoint> points) {
        return new Json.Arr(points.stream().map(ChartPoint::json).toList()).compact();
    }
}
