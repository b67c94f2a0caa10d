package dev.elastigres.agent;

import dev.elastigres.agent.history.TimelinePoint;
import dev.elastigres.agent.history.VmTimeline;
import dev.elastigres.core.units.Resources;
import dev.elastigres.page.ChartPoint;
import dev.elastigres.page.MachineView.UsageSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Prepares the history of a VM for the charts of its page.
final class ChartData {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final double MINUTES_OF_AN_HOUR = 60;

    private ChartData() {}

    /// Returns the points of the last hour, after those of a minute where finer ones are missing at
    /// its begin.
    static List<ChartPoint> hour(VmTimeline past) {
        var points = new ArrayList<ChartPoint>();
        if (!past.points().isEmpty()) {
            Instant first = past.recent().isEmpty() ? Instant.MAX : past.recent().getFirst().at();
            Instant begin = past.points().getLast().at().minus(HOUR);
            past.points().stream()
                    .filter(it -> it.at().isBefore(first) && it.at().isAfter(begin))
                    .forEach(it -> points.add(point(it)));
        }
        points.addAll(past.recent());
        return points;
    }

    static List<ChartPoint> day(VmTimeline past) {
        return past.points().stream().map(ChartData::point).toList();
    }

    private static ChartPoint point(TimelinePoint past) {
        double used = past.demand().memory().value();
        return new ChartPoint(
                past.at(),
                past.size().vcpus(),
                past.demand().vcpus(),
                Double.NaN,
                past.size().memory().value(),
                Double.NaN,
                used,
                Double.NaN,
                Double.NaN);
    }

    /// Returns the usage in the minutes of the last day in which the VM was measured; empty without
    /// one.
    ///
    /// @param max the VM's maximum
    static Optional<UsageSummary> usage(VmTimeline past, Resources max) {
        if (past.points().isEmpty()) return Optional.empty();
        double cpus = 0;
        double memory = 0;
        Resources peak = Resources.ZERO;
        for (TimelinePoint each : past.points()) {
            cpus += each.size().vcpus();
            memory += each.size().memory().value();
            peak = peak.max(each.size());
        }
        return Optional.of(
                new UsageSummary(
                        Duration.ofMinutes(past.points().size()),
                        cpus / MINUTES_OF_AN_HOUR,
                        memory / MINUTES_OF_AN_HOUR,
                        max,
                        peak));
    }
}
