package dev.elastigres.agent;

import dev.elastigres.agent.history.TimelinePoint;
import dev.elastigres.agent.history.VmTimeline;
import dev.elastigres.agent.worker.VmStatus.VmNote;
import dev.elastigres.protocol.json.Json;

/// Formats the last day of a VM as JSON.
final class HistoryPage {
    private HistoryPage() {}

    static Json.Obj of(VmTimeline timeline) {
        return Json.object()
                .with(
                        "points",
                        new Json.Arr(
                                timeline.points().stream().<Json>map(HistoryPage::point).toList()))
                .with(
                        "events",
                        new Json.Arr(
                                timeline.changes().stream()
                                        .<Json>map(HistoryPage::event)
                                        .toList()));
    }

    private static Json.Obj point(TimelinePoint point) {
        return Json.object()
                .with("at", point.at().toString())
                .with("demand", AgentStatusPage.size(point.demand()))
                .with("size", AgentStatusPage.size(point.size()));
    }

    private static Json.Obj event(VmNote event) {
        return Json.object().with("at", event.at().toString()).with("what", event.what());
    }
}
