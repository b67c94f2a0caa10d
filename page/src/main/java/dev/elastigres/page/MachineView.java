package dev.elastigres.page;

import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.settings.EffectiveSetting;
import dev.elastigres.protocol.json.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Everything that the view of one machine shows.
///
/// @param row what the overview shows of it
/// @param goal the size that its demand calls for and why, in one sentence; empty if unknown
/// @param unit its compute unit; empty if unknown
/// @param monitor its monitor
/// @param settings its settings
/// @param usage its usage so far; empty if nothing is recorded
/// @param hour points of the last hour
/// @param day points of the last day
/// @param events events, in ascending order of their numbers
public record MachineView(
        MachineRow row,
        Optional<String> goal,
        Optional<Resources> unit,
        MonitorSummary monitor,
        List<EffectiveSetting> settings,
        Optional<UsageSummary> usage,
        List<ChartPoint> hour,
        List<ChartPoint> day,
        List<ChartEvent> events) {
    public MachineView {
        settings = List.copyOf(settings);
        hour = List.copyOf(hour);
        day = List.copyOf(day);
        events = List.copyOf(events);
    }

    /// A machine's monitor, and what it reports of its Postgres.
    ///
    /// @param connected whether it is connected
    /// @param version negotiated version of the protocol; empty if not connected
    /// @param ready whether it can do all its work; empty if it does not say
    /// @param postgres code of the state of its Postgres; empty if it does not say
    /// @param usable the largest size that it may use; empty if not connected
    /// @param facts what else it reports of its Postgres
    /// @param problems why it is not ready, or why it cannot be reached, one clause each
    public record MonitorSummary(
            boolean connected,
            Optional<Integer> version,
            Optional<Boolean> ready,
            Optional<String> postgres,
            Optional<Resources> usable,
            List<NamedFact> facts,
            List<String> problems) {
        /// A monitor that is not connected, for reasons that others report.
        public static final MonitorSummary NONE =
                new MonitorSummary(
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(),
                        List.of());

        public MonitorSummary {
            facts = List.copyOf(facts);
            problems = List.copyOf(problems);
        }

        Json.Obj json() {
            return Json.object()
                    .with("connected", connected)
                    .with("version", PageJson.orNull(version.map(it -> Json.Num.of(it))))
                    .with("ready", PageJson.orNull(ready.map(Json.Bool::new)))
                    .with("postgres", PageJson.orNull(postgres.map(Json.Str::new)))
                    .with("usable", PageJson.size(usable))
                    .with("facts", new Json.Arr(facts.stream().<Json>map(NamedFact::json).toList()))
                    .with("problems", PageJson.texts(problems));
        }
    }

    /// A fact for people.
    ///
    /// @param term such as `memory in use`
    public record NamedFact(String term, String text) {
        Json json() {
            return new Json.Arr(List.of(new Json.Str(term), new Json.Str(text)));
        }
    }

    /// CPU and memory that a machine has had, compared with a fixed size.
    ///
    /// @param time the time that is summed, without the time in which the machine was not measured
    /// @param cpuHours CPUs multiplied by hours
    /// @param memoryByteHours bytes of memory multiplied by hours
    /// @param fixed the fixed size to compare with: the machine's maximum
    /// @param peak the largest size that it had in this time, for each resource
    public record UsageSummary(
            Duration time,
            double cpuHours,
            double memoryByteHours,
            Resources fixed,
            Resources peak) {
        Json.Obj json() {
            return Json.object()
                    .with("seconds", time.toSeconds())
                    .with("cpu_hours", PageJson.number(cpuHours))
                    .with("memory_byte_hours", PageJson.number(memoryByteHours))
                    .with("fixed", PageJson.size(fixed))
                    .with("peak", PageJson.size(peak));
        }
    }

    /// Returns everything but the points and events.
    Json.Obj detailsJson() {
        return row.json()
                .with("goal_text", PageJson.orNull(goal.map(Json.Str::new)))
                .with("unit", PageJson.size(unit))
                .with("monitor_view", monitor.json())
                .with(
                        "settings",
                        new Json.Arr(settings.stream().<Json>map(MachineView::json).toList()))
                .with("usage", PageJson.orNull(usage.map(UsageSummary::json)));
    }

    private static Json.Obj json(EffectiveSetting setting) {
        return Json.object()
                .with("name", setting.name())
                .with("value", setting.value())
                .with("source", setting.source());
    }
}
