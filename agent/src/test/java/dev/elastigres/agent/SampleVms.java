package dev.elastigres.agent;

import dev.elastigres.agent.AgentStatus.UnscaledVm;
import dev.elastigres.agent.hold.VmHold;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.AgentDecision;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.agent.Transition;
import dev.elastigres.core.budget.BudgetRules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Status of VMs, as produced by the core.
public final class SampleVms {
    static final Instant WHEN = Instant.parse("2026-11-22T10:00:00Z");

    private static final ComputeUnit UNIT = ComputeUnit.DEFAULT;

    private static final BudgetRules BUDGET =
            new BudgetRules(UNIT.times(16), UNIT.times(2), UNIT.times(1), BudgetRules.WISH_COUNTS);

    private SampleVms() {}

    /// Returns a VM with one unit, a load for four, and a pending permit.
    public static VmStatus busy(String name) {
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
                AgentDecision.after(
                        begin(),
                        new Event.MetricsRead(
                                new VmMetrics(Optional.of(metrics), Optional.empty()), now, now),
                        ScalingRules.ELASTIGRES,
                        now);
        return new VmStatus(
                name,
                step.state(),
                Optional.empty(),
                Map.of("cache metrics", "connection refused"),
                List.of(new VmStatus.VmNote(WHEN, "asked for a permit")),
                Map.of(Transition.PERMIT_REQUESTED, 1L));
    }

    /// Returns a VM of which only the size and the monitor are known.
    static VmStatus fresh(String name) {
        Step step =
                AgentDecision.after(
                        begin(), new Event.MonitorFound(1), ScalingRules.ELASTIGRES, new Moment(0));
        return new VmStatus(name, step.state(), Optional.of(2), Map.of(), List.of(), Map.of());
    }

    /// Returns a VM whose size is pinned to two units.
    static VmStatus pinned(String name) {
        var hold = VmHold.pin(UNIT.times(2), Optional.of(Duration.ofHours(1)), WHEN, "127.0.0.1:1");
        Step step =
                AgentDecision.after(
                        begin(),
                        new Event.HoldChanged(Optional.of(hold.at(new Moment(0), WHEN))),
                        ScalingRules.ELASTIGRES,
                        new Moment(0));
        return new VmStatus(
                name,
                step.state(),
                Optional.empty(),
                Map.of(),
                List.of(),
                Map.of(),
                Optional.of(hold));
    }

    private static State begin() {
        return State.begin(
                SizeLimits.of(UNIT, 1, 8),
                UNIT.times(1),
                UNIT.times(1),
                1,
                ScalingRules.ELASTIGRES,
                new Moment(0));
    }

    static AgentStatus agent(VmStatus... vms) {
        return agent(BUDGET, List.of(), true, List.of(vms));
    }

    /// Returns an agent with problems of its own, and a VM that died.
    static AgentStatus troubled(boolean vmsCount, String... problems) {
        return agent(BUDGET, List.of(problems), vmsCount, List.of(busy("db")));
    }

    private static AgentStatus agent(
            BudgetRules rules, List<String> problems, boolean vmsCount, List<VmStatus> vms) {
        return new AgentStatus(
                "vm",
                false,
                "/vms",
                problems,
                List.of("there is no VM dbb"),
                0,
                0,
                Optional.of(new AgentStatus.BudgetUsage(rules, UNIT.times(5))),
                vms,
                List.of(
                        new UnscaledVm(
                                "lost", UnscaledVm.DEAD, "died: its QEMU was killed", Map.of())),
                vmsCount);
    }
}
