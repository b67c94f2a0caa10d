package dev.elastigres.agent;

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
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.Metrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Views of VMs, as the real core makes them.
final class SampleVms {
    static final Instant WHEN = Instant.parse("2026-11-22T10:00:00Z");

    private static final ComputeUnit UNIT = ComputeUnit.DEFAULT;

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
                        Optional.empty());
        Step step =
                Decision.after(
                        begin(),
                        new Event.MetricsRead(new Metrics(Optional.of(metrics), Optional.empty())),
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
        var rules =
                new BudgetRules(
                        UNIT.times(16), UNIT.times(2), UNIT.times(1), BudgetRules.WISH_COUNTS);
        Resources permitted = UNIT.times(5);
        return new AgentView(
                "vm",
                false,
                List.of(),
                0,
                0,
                Optional.of(new AgentView.BudgetUse(rules, permitted)),
                List.of(vms));
    }
}
