package dev.elastigres.agent;

import dev.elastigres.agent.AgentStatus.BudgetUsage;
import dev.elastigres.agent.AgentStatus.UnscaledVm;
import dev.elastigres.agent.hold.VmHold;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.MonitorState;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.service.BuildVersion;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.recommend.GoalComponentNames;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Formats the status of the agent and its VMs as JSON. An absent value is null, because scripts
/// handle null more easily than a missing key.
final class AgentStatusPage {
    private AgentStatusPage() {}

    static Json.Obj of(AgentStatus agent) {
        var vms = new TreeMap<String, Json.Obj>();
        agent.unscaled().forEach(it -> vms.put(it.name(), of(it)));
        agent.vms().forEach(it -> vms.put(it.name(), of(it)));
        return Json.object()
                .with("version", BuildVersion.of(AgentStatusPage.class))
                .with("ready", agent.isReady())
                .with("problems", texts(agent.problems()))
                .with("notes", texts(agent.notes()))
                .with("driver", agent.driver())
                .with("searched", agent.searched())
                .with("dry_run", agent.dryRun())
                .with("budget", orNull(agent.budget().map(AgentStatusPage::budget)))
                .with("vms", new Json.Arr(List.copyOf(vms.values())));
    }

    static Json.Obj of(VmStatus vm) {
        State state = vm.state();
        return Json.object()
                .with("name", vm.name())
                .with("state", state.why().code())
                .with("attention", AttentionRules.of(vm).code())
                .with("why", vm.name() + " " + state.why().text())
                .with("size", size(state.current()))
                .with("wanted", size(state.why().wanted()))
                .with("min", size(state.limits().min()))
                .with("max", size(state.limits().max()))
                .with("unit", size(state.limits().unit().times(1)))
                .with("permit", size(state.scheduler().permit()))
                .with("target", orNull(state.size().target().map(AgentStatusPage::size)))
                .with("hold", orNull(vm.hold().map(AgentStatusPage::hold)))
                .with("goal", orNull(state.demand().history().goal().map(AgentStatusPage::goal)))
                .with("monitor", monitor(vm))
                .with("problems", problems(vm.problems()))
                .with(
                        "recent",
                        new Json.Arr(
                                vm.recent().stream().<Json>map(AgentStatusPage::note).toList()))
                .with("transitions", transitions(vm.transitions()));
    }

    /// Returns the keys of a scaled VM with null for each unknown value.
    static Json.Obj of(UnscaledVm vm) {
        var nothing = new Json.Null();
        return Json.object()
                .with("name", vm.name())
                .with("state", vm.state())
                .with("attention", AttentionRules.of(vm).code())
                .with("why", vm.name() + " " + vm.why())
                .with("size", nothing)
                .with("wanted", nothing)
                .with("min", nothing)
                .with("max", nothing)
                .with("unit", nothing)
                .with("permit", nothing)
                .with("target", nothing)
                .with("hold", nothing)
                .with("goal", nothing)
                .with("monitor", nothing)
                .with("problems", problems(vm.problems()))
                .with("recent", new Json.Arr(List.of()))
                .with("transitions", Json.object());
    }

    private static Json.Obj budget(BudgetUsage budget) {
        return Json.object()
                .with("capacity", size(budget.rules().capacity()))
                .with("headroom", size(budget.rules().headroom()))
                .with("permitted", size(budget.permitted()));
    }

    static Json.Obj size(Resources size) {
        return Json.object()
                .with("cpus", number(size.vcpus()))
                .with("memory_bytes", size.memory().value());
    }

    static Json.Obj hold(VmHold hold) {
        return Json.object()
                .with("kind", hold.code())
                .with("size", orNull(hold.pin().map(AgentStatusPage::size)))
                .with("until", orNull(hold.until().map(it -> new Json.Str(it.toString()))))
                .with("by", hold.by());
    }

    private static Json.Obj goal(Goal goal) {
        return Json.object()
                .with("units", goal.units())
                .with("complete", goal.complete())
                .with("parts", GoalComponentNames.of(goal))
                .with("why", goal.text());
    }

    private static Json.Obj monitor(VmStatus vm) {
        Optional<Long> version = vm.monitorVersion().map(Integer::longValue);
        return Json.object()
                .with("connected", vm.state().monitor() instanceof MonitorState.Present)
                .with("protocol_version", orNull(version.map(Json.Num::of)));
    }

    private static Json.Obj problems(Map<String, String> problems) {
        Json.Obj all = Json.object();
        for (var each : new TreeMap<>(problems).entrySet())
            all = all.with(each.getKey().replace(' ', '_'), each.getValue());
        return all;
    }

    private static Json.Obj note(VmStatus.VmNote note) {
        return Json.object().with("at", note.at().toString()).with("what", note.what());
    }

    /// Returns the transitions that have occurred, with their counts.
    private static Json.Obj transitions(Map<Transition, Long> counts) {
        Json.Obj all = Json.object();
        for (var each : new TreeMap<>(counts).entrySet())
            all = all.with(each.getKey().code(), each.getValue());
        return all;
    }

    private static Json texts(List<String> texts) {
        return new Json.Arr(texts.stream().<Json>map(Json.Str::new).toList());
    }

    private static Json number(double value) {
        return new Json.Num(Double.toString(value));
    }

    private static Json orNull(Optional<? extends Json> value) {
        return value.<Json>map(it -> it).orElseGet(Json.Null::new);
    }
}
