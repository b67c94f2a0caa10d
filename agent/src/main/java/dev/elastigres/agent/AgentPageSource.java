package dev.elastigres.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.agent.AgentStatus.UnscaledVm;
import dev.elastigres.agent.history.VmTimeline;
import dev.elastigres.agent.pages.MonitorDetails;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.MonitorState;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.service.BuildVersion;
import dev.elastigres.daemon.settings.EffectiveSetting;
import dev.elastigres.page.FleetSnapshot;
import dev.elastigres.page.FleetSnapshot.HostSummary;
import dev.elastigres.page.FleetSnapshot.SharedBudget;
import dev.elastigres.page.MachineRow;
import dev.elastigres.page.MachineView;
import dev.elastigres.page.MachineView.MonitorSummary;
import dev.elastigres.page.PageSource;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthDetails;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/// Provides the agent's VMs to the live page, from the same snapshot as `/status`. Workers publish
/// snapshots without waiting, so that no page delays one.
final class AgentPageSource implements PageSource {
    private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

    private final Supplier<AgentStatus> agent;
    private final Function<String, Optional<HealthDetails>> health;
    private final Function<String, MonitorDetails> details;
    private final Function<String, List<EffectiveSetting>> settings;
    private final Function<String, VmTimeline> history;
    private final String title;

    /// @param title name of the host
    /// @param health what the monitor of a VM last reported of itself
    /// @param details what the monitor of a VM reports of its Postgres
    /// @param settings the effective settings of a VM
    /// @param history the last day of a VM
    AgentPageSource(
            String title,
            Supplier<AgentStatus> agent,
            Function<String, Optional<HealthDetails>> health,
            Function<String, MonitorDetails> details,
            Function<String, List<EffectiveSetting>> settings,
            Function<String, VmTimeline> history) {
        this.title = title;
        this.agent = agent;
        this.health = health;
        this.details = details;
        this.settings = settings;
        this.history = history;
    }

    /// Returns the name of this host.
    static String hostName() {
        try {
            return Files.readString(HOST_NAME, UTF_8).strip();
        } catch (IOException _) {
            return "this host";
        }
    }

    @Override
    public FleetSnapshot fleet() {
        AgentStatus seen = agent.get();
        var rows = new ArrayList<MachineRow>();
        seen.unscaled().forEach(it -> rows.add(row(it)));
        seen.vms().forEach(it -> rows.add(row(it)));
        return new FleetSnapshot(host(seen), rows);
    }

    private HostSummary host(AgentStatus seen) {
        return new HostSummary(
                title,
                BuildVersion.of(AgentPageSource.class),
                seen.driver(),
                seen.searched(),
                seen.dryRun(),
                seen.isReady(),
                seen.ownProblems(),
                seen.notes(),
                seen.budget()
                        .map(
                                it ->
                                        new SharedBudget(
                                                it.rules().capacity(),
                                                it.rules().headroom(),
                                                it.permitted())));
    }

    @Override
    public Optional<MachineView> machine(String name) {
        AgentStatus seen = agent.get();
        return seen.vm(name)
                .map(this::view)
                .or(() -> seen.unscaled(name).map(it -> view(row(it), Optional.empty())));
    }

    private MachineView view(VmStatus vm) {
        return view(row(vm), Optional.of(vm));
    }

    private MachineView view(MachineRow row, Optional<VmStatus> vm) {
        VmTimeline past = history.apply(row.name());
        Optional<State> state = vm.map(VmStatus::state);
        return new MachineView(
                row,
                state.flatMap(it -> it.demand().history().goal()).map(Goal::text),
                state.map(it -> it.limits().unit().times(1)),
                vm.map(this::monitor).orElse(MonitorSummary.NONE),
                settings.apply(row.name()),
                row.max().flatMap(max -> ChartData.usage(past, max)),
                ChartData.hour(past),
                ChartData.day(past),
                past.events());
    }

    private MonitorSummary monitor(VmStatus vm) {
        Optional<HealthDetails> reported = health.apply(vm.name());
        var problems = new ArrayList<>(reported.map(HealthDetails::problems).orElse(List.of()));
        Optional<MonitorState.Present> present =
                vm.state().monitor() instanceof MonitorState.Present it
                        ? Optional.of(it)
                        : Optional.empty();
        present.flatMap(MonitorState.Present::problem).ifPresent(problems::add);
        Optional.ofNullable(vm.problems().get("monitor")).ifPresent(problems::add);
        return new MonitorSummary(
                present.isPresent(),
                vm.monitorVersion(),
                reported.flatMap(HealthDetails::ready),
                reported.flatMap(HealthDetails::postgres),
                present.map(MonitorState.Present::maxSize),
                details.apply(vm.name()).facts(),
                problems);
    }

    private static MachineRow row(VmStatus vm) {
        State state = vm.state();
        Optional<Goal> goal = state.demand().history().goal();
        return new MachineRow(
                vm.name(),
                state.why().code(),
                AttentionRules.of(vm),
                vm.name() + " " + state.why().text(),
                Optional.of(state.current()),
                Optional.of(state.why().wanted()),
                Optional.of(state.limits().min()),
                Optional.of(state.limits().max()),
                Optional.of(state.scheduler().permit()),
                goal.flatMap(AgentPageSource::demand),
                goal.map(Goal::size),
                Optional.of(state.monitor() instanceof MonitorState.Present),
                problems(vm.problems()));
    }

    private static MachineRow row(UnscaledVm vm) {
        return new MachineRow(
                vm.name(),
                vm.state(),
                AttentionRules.of(vm),
                vm.name() + " " + vm.why(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                problems(vm.problems()));
    }

    /// Returns the demand; empty if that for CPUs or for memory is unknown.
    private static Optional<Resources> demand(Goal goal) {
        return goal.cpu().isEmpty() || goal.memory().isEmpty()
                ? Optional.empty()
                : Optional.of(goal.demand());
    }

    private static List<String> problems(Map<String, String> problems) {
        return new TreeMap<>(problems)
                .entrySet().stream().map(it -> it.getKey() + ": " + it.getValue()).toList();
    }
}
