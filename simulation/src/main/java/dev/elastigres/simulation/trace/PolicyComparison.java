package dev.elastigres.simulation.trace;

import dev.elastigres.core.agent.ScalingRules;
import dev.elastigres.core.agent.SizeLimits;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.Preference;
import dev.elastigres.core.scaling.SizeShape;
import dev.elastigres.core.scaling.WorkingSetRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;

/// Compares cost and shortages of policies on one trace: the given rules, Neon's rules with the
/// working set, a constant size (the demand of 99.5 % of the time plus 20 %), and the cheapest
/// schedules with knowledge of the future.
public final class PolicyComparison {
    /// Name of the row of [#withCurrentSize].
    public static final String CURRENT = "current size";

    private static final String CLAIRVOYANT = "clairvoyant";
    private static final double PERCENTILE = 0.995;
    private static final double MARGIN = 1.2;
    private static final Resources CONTAINER_GRAIN = new Resources(0.001, Bytes.ofMebibytes(1));

    private final LoadTrace trace;
    private final ComputeUnit unit;
    private final String policy;
    private final ScalingRules rules;
    private final Prices prices;
    private final Optional<Resources> current;

    /// @param policy name of `rules`
    public PolicyComparison(
            LoadTrace trace, ComputeUnit unit, String policy, ScalingRules rules, Prices prices) {
        this(trace, unit, policy, rules, prices, Optional.empty());
    }

    private PolicyComparison(
            LoadTrace trace,
            ComputeUnit unit,
            String policy,
            ScalingRules rules,
            Prices prices,
            Optional<Resources> current) {
        this.trace = trace;
        this.unit = unit;
        this.policy = policy;
        this.rules = rules;
        this.prices = prices;
        this.current = current;
    }

    /// Returns this with another row for a machine of constant size.
    ///
    /// @param size its size, which need not be a number of compute units
    public PolicyComparison withCurrentSize(Resources size) {
        return new PolicyComparison(trace, unit, policy, rules, prices, Optional.of(size));
    }

    /// Returns one result for each policy.
    public List<PolicyResult> results() {
        SizeLimits limits = limits(SizeShape.UNITS);
        var neon = ScalingRules.NEON.with(ScalingRules.NEON.goal().with(WorkingSetRules.DEFAULT));
        PolicyResult clairvoyant = clairvoyant();
        var rows = new ArrayList<PolicyResult>();
        rows.add(TraceReplay.run(policy, trace, limits(rules.goal().shape()), rules, prices));
        rows.add(TraceReplay.run("neon", trace, limits, neon, prices));
        rows.add(fixed(units(PERCENTILE)));
        current.ifPresent(size -> rows.add(schedule(CURRENT, SizeShape.INDEPENDENT, _ -> size)));
        rows.add(clairvoyant);
        rows.add(independentClairvoyant());
        return rows.stream().map(it -> it.withCostRatioTo(clairvoyant.cost())).toList();
    }

    /// Returns the result of the rules with each [Preference], in its order.
    public List<PolicyResult> preferences() {
        double baseline = clairvoyant().cost();
        SizeLimits limits = limits(rules.goal().shape());
        return Arrays.stream(Preference.values())
                .map(rules::preferring)
                .map(it -> TraceReplay.run(policy, trace, limits, it, prices))
                .map(it -> it.withCostRatioTo(baseline))
                .toList();
    }

    /// Returns limits from one unit to twice the highest demand. Sizes that do not follow the units
    /// have the steps of a container's resources.
    private SizeLimits limits(SizeShape shape) {
        Resources grain =
                switch (shape) {
                    case UNITS -> unit.times(1);
                    case INDEPENDENT -> CONTAINER_GRAIN;
                };
        return SizeLimits.between(unit, unit.times(1), unit.times(units(1) * 2), grain);
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

    /// Returns the result of sizes that depend only on time.
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

    /// Returns the units that are enough for this fraction of the time, including the margin.
    private int units(double part) {
        double cpus = quantile(part, TracePoint::cpus);
        double memory = quantile(part, it -> (double) it.memory().plus(it.workingSet()).value());
        return Math.max(
                1,
                unit.covering(new Resources(cpus * MARGIN, new Bytes((long) (memory * MARGIN)))));
    }

    /// Returns the quantile, weighted by the duration of each sample.
    private double quantile(double part, ToDoubleFunction<TracePoint> of) {
        var samples = trace.samples();
        record WeightedCost(double value, long seconds) {}
        var sorted = new ArrayList<WeightedCost>();
        for (int i = 0; i + 1 < samples.size(); i++)
            sorted.add(
                    new WeightedCost(
                            of.applyAsDouble(samples.get(i)),
                            samples.get(i + 1).second() - samples.get(i).second()));
        sorted.sort((one, other) -> Double.compare(one.value, other.value));
        long passed = 0;
        for (WeightedCost each : sorted) {
            passed += each.seconds;
            if (passed >= part * trace.seconds()) return each.value;
        }
        return sorted.getLast().value;
    }
}
