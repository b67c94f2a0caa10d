package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.scaling.GoalComponent;
import dev.elastigres.core.scaling.Headroom;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.SizeShape;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;

/// What was learned from the swings of a VM's demand.
///
/// @param cpu headroom of CPUs
/// @param memory reserve of memory
public record LearnedHeadroom(CpuHeadroom cpu, MemoryReserve memory) {
    static final LearnedHeadroom NONE = new LearnedHeadroom(CpuHeadroom.NONE, MemoryReserve.NONE);

    private static final int THOUSANDTHS = 1000;

    /// Returns the headroom with `metrics` added; unchanged if the rules do not learn.
    ///
    /// @param at when the page of `metrics` was requested
    LearnedHeadroom read(VmMetrics metrics, Moment at, SizeLimits limits, ScalingRules rules) {
        if (rules.headroom().isEmpty()) return this;
        CpuHeadroom learned =
                metrics.host()
                        .map(HostMetrics::cpu)
                        .map(it -> cpu(it, at, limits, rules))
                        .orElse(cpu);
        if (rules.goal().shape() == SizeShape.UNITS) return new LearnedHeadroom(learned, memory);
        Goal goal = Goal.of(metrics, limits.unit(), rules.goal(), limits.min());
        return new LearnedHeadroom(learned, memory.with(goal, at, limits, rules));
    }

    private CpuHeadroom cpu(CpuFigures figures, Moment at, SizeLimits limits, ScalingRules rules) {
        Optional<Double> assumed = rules.goal().cpuUse();
        if (assumed.isEmpty() || !(figures instanceof CpuFigures.Measured(var use))) return cpu;
        long amount = Math.round(GoalComponent.Demand.cpus(use) * THOUSANDTHS);
        long floor = Math.round(limits.min().vcpus() * THOUSANDTHS);
        double cpus = rules.goal().shape().cpuStep(limits.unit());
        long step = Math.max(1, Math.round(cpus * THOUSANDTHS));
        return cpu.with(amount, floor, step, at, rules, assumed.get());
    }

    /// Returns the headroom for goals at `now`.
    Headroom headroom(ScalingRules rules, Moment now) {
        if (rules.headroom().isEmpty()) return Headroom.OF_RULES;
        double covered = rules.headroom().get().coveredRises();
        return new Headroom(
                rules.goal().cpuUse().map(it -> cpu.use(covered, it)), memory.reserve(now));
    }

    /// Returns how long a peak of a goal's CPUs counts.
    Duration cpuWindow(ScalingRules rules) {
        Duration damping = rules.dampingWindow();
        return rules.headroom().isEmpty() ? damping : cpu.window(damping);
    }

    /// Returns how long a peak of a goal's memory counts. In whole units, memory follows the CPUs.
    Duration memoryWindow(ScalingRules rules) {
        return rules.goal().shape() == SizeShape.UNITS ? cpuWindow(rules) : rules.dampingWindow();
    }

    /// Returns the longest time for which a peak may count.
    static Duration longestWindow(ScalingRules rules) {
        Duration damping = rules.dampingWindow();
        return rules.headroom().isEmpty() ? damping : CpuHeadroom.longest(damping);
    }
}
