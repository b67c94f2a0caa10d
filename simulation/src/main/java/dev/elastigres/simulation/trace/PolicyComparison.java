package dev.elastigres.simulation.trace;

import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.WorkingSetRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// What a trace would have cost and lacked by some rules, by Neon's with the working set counted,
/// with a size that never changes (all that was wanted in 99.5 % of the time, and 20 % more), and
/// by the cheapest schedules that know the future.
public final class PolicyComparison {
    private static final String CLAIRVOYANT = "clairvoyant";
    private static final double PERCENTILE = 0.995;
    private static final double MARGIN = 1.2;

    private final LoadTrace trace;
    private final ComputeUnit unit;
    private final String policy;
    private final ScalingRules rules;
    private final Prices prices;

    /// @param policy what `rules` are called
    public PolicyComparison(
            LoadTrace trace, ComputeUnit unit, String policy, ScalingRules rules, Prices prices) {
        this.trace = trace;
        this.unit = unit;
        this.policy = policy;
        this.rules = rules;
        this.prices = prices;
    }

    /// One result for each policy.
    public List<PolicyResult> results() {
        SizeLimits limits = SizeLimits.of(unit, 1, units(1) * 2);
        var neon = ScalingRules.NEON.with(ScalingRules.NEON.goal().with(WorkingSetRules.DEFAULT));
        PolicyResult clairvoyant = clairvoyant();
        return Stream.of(
                        TraceReplay.run(policy, trace, limits, rules, prices),
                        TraceReplay.run("neon", trace, limits, neon, prices),
                        fixed(units(PERCENTILE)),
                        clairvoyant,
                        independentClairvoyant())
                .map(it -> it.withCostRatioTo(clairvoyant.cost()))
                .toList();
    }

    private PolicyResult fixed(int units) {
        Resources size = unit.times(units);
        return schedule(
                "fixed at " + units + (units == 1 ? " unit" : " units"),
                SizeShape.UNITS,
                _ -> size);
    }

    private PolicyResult clairvoyant() {
        var schedule = ClairvoyantSchedule.tied(trace, unit);
        return schedule(CLAIRVOYANT, SizeShape.UNITS, second -> unit.times(schedule.units(second)));
    }

    private PolicyResult independentClairvoyant() {
        var cpu = ClairvoyantSchedule.cpu(trace, unit);
        var memory = ClairvoyantSchedule.memory(trace, unit);
        return schedule(
                CLAIRVOYANT,
                SizeShape.INDEPENDENT,
                second -> ClairvoyantSchedule.size(cpu, memory, second, unit));
    }

    /// What sizes that depend on nothing but time cost and lack.
    private PolicyResult schedule(String name, SizeShape shape, IntFunction<Resources> sizeAt) {
        var meter = new PolicyMeter(prices);
        int second = 0;
        for (int i = 0; i + 1 < trace.samples().size(); i++) {
            TracePoint demand = trace.samples().get(i);
            long length = trace.samples().get(i + 1).second() - demand.second();
            for (long s = 0; s < length; s++) {
                Resources size = sizeAt.apply(second);
                if (second > 0 && !size.equals(sizeAt.apply(second - 1))) meter.resized();
                meter.second(size, demand);
                second++;
            }
        }
        return meter.result(name, shape);
    }

    /// Enough for this part of the time, with the margin.
    private int units(double part) {
        double cpus = quantile(part, TracePoint::cpus);
        double memory = quantile(part, it -> (double) it.memory().plus(it.workingSet()).value());
        return Math.max(
                1,
                unit.covering(new Resources(cpus * MARGIN, new Bytes((long) (memory * MARGIN)))));
    }

    /// Weighed by how long each sample lasts.
    private double quantile(double part, ToDoubleFunction<TracePoint> of) {
        var samples = trace.samples();
        record Weighed(double value, long seconds) {}
        var sorted = new ArrayList<Weighed>();
        for (int i = 0; i + 1 < samples.size(); i++)
            sorted.add(
                    new Weighed(
                            of.applyAsDouble(samples.get(i)),
                            samples.get(i + 1).second() - samples.get(i).second()));
        sorted.sort((one, other) -> Double.compare(one.value, other.value));
        long passed = 0;
        for (Weighed each : sorted) {
            passed += each.seconds;
            if (passed >= part * trace.seconds()) return each.value;
        }
        return sorted.getLast().value;
    }
}
