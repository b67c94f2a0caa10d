package dev.elastigres.agent;

import dev.elastigres.agent.AgentStatus.BudgetUsage;
import dev.elastigres.agent.AgentStatus.UnscaledVm;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.MonitorState;
import dev.elastigres.core.agent.SizeExplanation;
import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.daemon.metrics.ProcessMetrics;
import dev.elastigres.daemon.service.BuildVersion;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/// The metrics page of the agent. Unknown values are omitted.
final class AgentMetricsPage {
    private final Supplier<AgentStatus> agent;
    private final Consumer<MetricsWriter> meters;
    private final TransitionCounts transitions = new TransitionCounts();
    private final ProcessMetrics process = new ProcessMetrics("the agent");

    AgentMetricsPage(Supplier<AgentStatus> agent, Consumer<MetricsWriter> meters) {
        this.agent = agent;
        this.meters = meters;
    }

    void write(MetricsWriter page) {
        AgentStatus seen = agent.get();
        page.info("elastigres_agent_build_info", "The running version");
        page.sample(1, "version", BuildVersion.of(AgentMetricsPage.class));
        page.info("elastigres_agent_driver_info", "Driver that finds and resizes VMs");
        page.sample(1, "driver", seen.driver(), "dry_run", Boolean.toString(seen.dryRun()));
        page.gauge("elastigres_agent_ready", "Whether all readiness checks pass");
        page.sample(seen.isReady() ? 1 : 0);
        writeCounts(page, seen);
        meters.accept(page);
        page.counter(
                "elastigres_agent_lost_events_total", "Scaling events that could not be written");
        page.sample(seen.lostEvents());
        page.counter("elastigres_agent_bugs_total", "Bugs that ended a VM's worker");
        page.sample(seen.bugs());
        transitions.look(seen.vms());
        transitions.write(page);
        seen.budget().ifPresent(it -> writeBudget(page, it));
        writeVms(page, seen);
        process.write(page);
    }

    private static void writeCounts(MetricsWriter page, AgentStatus agent) {
        Map<String, Long> states = new TreeMap<>();
        Map<String, Long> problems = new TreeMap<>();
        SizeExplanation.CODES.forEach(code -> states.put(code, 0L));
        for (String code : UnscaledVm.STATES) states.put(code, 0L);
        for (UnscaledVm vm : agent.unscaled()) {
            states.merge(vm.state(), 1L, Long::sum);
            vm.problems().keySet().forEach(part -> problems.merge(part, 1L, Long::sum));
        }
        for (VmStatus vm : agent.vms()) {
            states.merge(state(vm), 1L, Long::sum);
            vm.problems().keySet().forEach(part -> problems.merge(part, 1L, Long::sum));
        }
        page.gauge("elastigres_agent_vms", "VMs, by obstacle to the wanted size");
        states.forEach((state, count) -> page.sample(count, "state", state));
        page.gauge(
                "elastigres_agent_vms_in_trouble", "VMs with a failing dependency, by dependency");
        problems.forEach((part, count) -> page.sample(count, "part", label(part)));
    }

    private static void writeBudget(MetricsWriter page, BudgetUsage budget) {
        page.gauge("elastigres_agent_budget_cpus", "CPU budget of all VMs");
        page.sample(budget.rules().capacity().vcpus());
        page.gauge("elastigres_agent_budget_memory_bytes", "Memory budget of all VMs");
        page.sample(budget.rules().capacity().memory().value());
        page.gauge("elastigres_agent_budget_permitted_cpus", "CPUs permitted to all VMs");
        page.sample(budget.permitted().vcpus());
        page.gauge("elastigres_agent_budget_permitted_memory_bytes", "Memory permitted to all VMs");
        page.sample(budget.permitted().memory().value());
    }

    private static void writeVms(MetricsWriter page, AgentStatus agent) {
        writeSize(page, agent, "elastigres_agent_vm", "that a VM has", it -> it.state().current());
        writeSize(
                page,
                agent,
                "elastigres_agent_vm_wanted",
                "that a VM should have",
                it -> it.state().why().wanted());
        writeSize(
                page,
                agent,
                "elastigres_agent_vm_permitted",
                "that a VM may have",
                it -> it.state().scheduler().permit());
        writeSize(
                page,
                agent,
                "elastigres_agent_vm_min",
                "that a VM has at least",
                it -> it.state().limits().min());
        writeSize(
                page,
                agent,
                "elastigres_agent_vm_max",
                "that a VM has at most",
                it -> it.state().limits().max());
        page.gauge("elastigres_agent_vm_goal_units", "Compute units that a VM's metrics call for");
        for (VmStatus vm : agent.vms())
            vm.state()
                    .demand()
                    .history()
                    .goal()
                    .map(Goal::units)
                    .ifPresent(units -> page.sample(units, "vm", vm.name()));
        each(
                page,
                agent,
                "elastigres_agent_vm_monitor_connected",
                "Whether a VM's monitor is connected",
                it -> it.state().monitor() instanceof MonitorState.Present ? 1 : 0);
        writeStates(page, agent);
    }

    /// Writes the state of each VM, and its failing dependencies.
    private static void writeStates(MetricsWriter page, AgentStatus agent) {
        page.gauge("elastigres_agent_vm_state", "1 for the state of a VM");
        for (VmStatus vm : agent.vms()) page.sample(1, "vm", vm.name(), "state", state(vm));
        for (UnscaledVm vm : agent.unscaled()) page.sample(1, "vm", vm.name(), "state", vm.state());
        page.gauge("elastigres_agent_vm_problem", "1 for each failing dependency of a VM");
        for (VmStatus vm : agent.vms()) writeProblems(page, vm.name(), vm.problems());
        for (UnscaledVm vm : agent.unscaled()) writeProblems(page, vm.name(), vm.problems());
    }

    private static void writeProblems(MetricsWriter page, String vm, Map<String, String> problems) {
        for (String part : new TreeSet<>(problems.keySet()))
            page.sample(1, "vm", vm, "part", label(part));
    }

    private static String state(VmStatus vm) {
        return vm.state().why().code();
    }

    private static String label(String part) {
        return part.replace(' ', '_');
    }

    private static void writeSize(
            MetricsWriter page,
            AgentStatus agent,
            String name,
            String what,
            Function<VmStatus, Resources> size) {
        each(page, agent, name + "_cpus", "CPUs " + what, it -> size.apply(it).vcpus());
        each(
                page,
                agent,
                name + "_memory_bytes",
                "Memory " + what,
                it -> size.apply(it).memory().value());
    }

    private static void each(
            MetricsWriter page,
            AgentStatus agent,
            String name,
            String help,
            ToDoubleFunction<VmStatus> value) {
        page.gauge(name, help);
        for (VmStatus vm : agent.vms()) page.sample(value.applyAsDouble(vm), "vm", vm.name());
    }
}
