package dev.elastigres.agent.history;

import dev.elastigres.agent.worker.VmStatus.VmNote;
import dev.elastigres.page.ChartEvent;
import dev.elastigres.page.ChartPoint;
import dev.elastigres.page.EventKind;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// The recent past of a VM.
///
/// @param points one point for each minute in which metrics of the VM were read, in ascending order
///     of time; minutes without metrics are missing
/// @param recent the same for each 10 s of the last hour
/// @param events in ascending order of their numbers
public record VmTimeline(
        List<TimelinePoint> points, List<ChartPoint> recent, List<ChartEvent> events) {
    public static final VmTimeline EMPTY = new VmTimeline(List.of(), List.of(), List.of());

    /// Kinds of events that are kept for a day, however many others there are.
    private static final Set<EventKind> CHANGES = Set.of(EventKind.RESIZED, EventKind.HURT);

    public VmTimeline {
        points = List.copyOf(points);
        recent = List.copyOf(recent);
        events = List.copyOf(events);
    }

    /// Returns whether events of `kind` are kept for a day.
    static boolean isChange(EventKind kind) {
        return CHANGES.contains(kind);
    }

    /// Returns the changes of size with their reasons, and what hurt: kills because memory ran out,
    /// and shrinks after which more was needed soon.
    public List<VmNote> changes() {
        return events.stream()
                .filter(it -> isChange(it.kind()))
                .map(it -> new VmNote(it.at(), it.text()))
                .toList();
    }

    /// Returns the part of this timeline from `begin` on.
    public VmTimeline since(Instant begin) {
        return new VmTimeline(
                points.stream().filter(it -> !it.at().isBefore(begin)).toList(),
                recent.stream().filter(it -> !it.at().isBefore(begin)).toList(),
                events.stream().filter(it -> !it.at().isBefore(begin)).toList());
    }
}
