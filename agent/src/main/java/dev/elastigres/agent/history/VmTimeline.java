package dev.elastigres.agent.history;

import dev.elastigres.agent.worker.VmStatus.VmNote;
import java.time.Instant;
import java.util.List;

/// The recent past of a VM, each list in ascending order of time.
///
/// @param points one point for each minute in which metrics of the VM were read; minutes without
///     metrics are missing
/// @param events changes of its size with their reasons, and kills because memory ran out
public record VmTimeline(List<TimelinePoint> points, List<VmNote> events) {
    public static final VmTimeline EMPTY = new VmTimeline(List.of(), List.of());

    public VmTimeline {
        points = List.copyOf(points);
        events = List.copyOf(events);
    }

    /// Returns the part of this timeline from `begin` on.
    public VmTimeline since(Instant begin) {
        return new VmTimeline(
                points.stream().filter(it -> !it.at().isBefore(begin)).toList(),
                events.stream().filter(it -> !it.at().isBefore(begin)).toList());
    }
}
