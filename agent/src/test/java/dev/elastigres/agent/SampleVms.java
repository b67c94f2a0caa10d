package dev.elastigres.agent;

import dev.elastigres.agent.AgentView.Unscaled;
import dev.elastigres.agent.worker.VmView;
import dev.elastigres.core.agent.Decision;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.Limits;
import dev.elastigres.core.agent.Rules;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.Metrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Views of VMs, as the real core makes them.
final class SampleVms {
    static final Instant WHEN = Instant.parse("2026-11-22T10:00:00Z");

    private static final ComputeUnit UNIT = ComputeUnit.DEFAULT;

    private static final BudgetRules BUDGET =
            new BudgetRules(UNIT.times(16), UNIT.times(2), UNIT.times(1), BudgetRules.WISH_COUNTS);

    private SampleVms() {}

    /// It has one unit, its load calls for four, and it waits for a permit.
    static VmView busy(String name) {
        var now = new Moment(0);
        var metrics =
                new HostMetrics(
                        0.9,
                        0.9,
                        Bytes.ofGibibytes(1),
                        Bytes.ofMebibytes(900),
                        Bytes.ZERO,
                        new CpuFigures.Unavailable());
        Step step =
                Decision.after(
                        begin(),
                        new Event.MetricsRead(
                                new Metrics(Optional.of(metrics), Optional.empty()), now, now),
                        Rules.ELASTIGRES,
                        now);
        return new VmView(
                name,
                step.state(),
                Optional.empty(),
                Map.of("cache metrics", "connection refused"),
                List.of(new VmView.Note(WHEN, "asked for a permit")),
                Map.of(Transition.PERMIT_ASKED, 1L));
    }

    /// Nothing is known of it but its size and its monitor.
    static VmView fresh(String name) {
        Step step =
                Decision.after(begin(), new Event.MonitorFound(1), Rules.ELASTIGRES, new Moment(0));
        return new VmView(name, step.state(), Optional.of(2), Map.of(), List.of(), Map.of());
    }

    private static State begin() {
        return State.begin(
                Limits.of(UNIT, 1, 8),
                UNIT.times(1),
                UNIT.times(1),
                1,
                Rules.ELASTIGRES,
                new Moment(0));
    }

    static AgentView agent(VmView... vms) {
        return agent(BUDGET, List.of(), true, List.of(vms));
    }

    /// One with troubles of its own, and a VM that died.
    static AgentView troubled(boolean vmsCount, String... troubles) {
        return agent(BUDGET, List.of(troubles), vmsCount, List.of(busy("db")));
    }

    private static AgentView agent(
            BudgetRules rules, List<String> troubles, boolean vmsCount, List<VmView> vms) {
        return new AgentView(
                "vm",
                false,
                "/vms",
                troubles,
                List.of("there is no VM dbb"),
                0,
                0,
                Optional.of(new AgentView.BudgetUse(rules, UNIT.times(5))),
                vms,
                List.of(new Unscaled("lost", Unscaled.DEAD, "died: its QEMU was killed", Map.of())),
                vmsCount);
    }
}
