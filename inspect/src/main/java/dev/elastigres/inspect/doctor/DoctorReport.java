package dev.elastigres.inspect.doctor;

import dev.elastigres.host.terminal.TerminalText;
import dev.elastigres.host.terminal.TerminalText.TextStyle;
import dev.elastigres.inspect.doctor.DoctorCheck.CheckResult;
import dev.elastigres.inspect.doctor.DoctorCheck.CheckTopic;
import dev.elastigres.protocol.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The results of all checks.
record DoctorReport(List<DoctorCheck> checks) {
    private static final int NAME = 16;

    DoctorReport {
        checks = List.copyOf(checks);
    }

    /// Returns whether everything works that the topics need.
    boolean isUsable(Set<CheckTopic> topics) {
        return checks.stream()
                .noneMatch(it -> topics.contains(it.topic()) && it.result() == CheckResult.FAILED);
    }

    /// Returns the report as lines, by topic, each remedy below its finding.
    List<String> lines(TerminalText text) {
        var lines = new ArrayList<String>();
        for (CheckTopic topic : CheckTopic.values()) {
            List<DoctorCheck> ofTopic = checks.stream().filter(it -> it.topic() == topic).toList();
            if (ofTopic.isEmpty()) continue;
            if (!lines.isEmpty()) lines.add("");
            lines.add(text.paint(TextStyle.BOLD, topic.title()));
            for (DoctorCheck each : ofTopic) {
                String name = ("%-" + NAME + "s").formatted(each.name());
                lines.add(
                        "  "
                                + label(each.result(), text)
                                + "  "
                                + name
                                + "  "
                                + TerminalText.printable(each.finding()));
                if (!each.remedy().isEmpty())
                    lines.add(
                            " ".repeat(8 + NAME + 2)
                                    + "-> "
                                    + TerminalText.printable(each.remedy()));
            }
        }
        return lines;
    }

    private static String label(CheckResult result, TerminalText text) {
        return switch (result) {
            case OK -> text.paint(TextStyle.GREEN, "ok  ");
            case WARNING -> text.paint(TextStyle.YELLOW, "warn");
            case FAILED -> text.paint(TextStyle.RED, "FAIL");
        };
    }

    Json.Obj json() {
        return Json.object()
                .with("vm", isUsable(Set.of(CheckTopic.HOST, CheckTopic.VM)))
                .with("cgroup", isUsable(Set.of(CheckTopic.HOST, CheckTopic.CGROUP)))
                .with(
                        "checks",
                        new Json.Arr(checks.stream().<Json>map(DoctorReport::json).toList()));
    }

    private static Json.Obj json(DoctorCheck check) {
        return Json.object()
                .with("topic", check.topic().code())
                .with("name", check.name())
                .with("result", check.result().code())
                .with("finding", check.finding())
                .with("remedy", check.remedy());
    }
}
