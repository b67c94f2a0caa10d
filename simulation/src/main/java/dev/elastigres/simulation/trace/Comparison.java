package dev.elastigres.simulation.trace;

import dev.elastigres.core.agent.Limits;
import dev.elastigres.core.agent.Rules;
import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.scaling.WorkingSetRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/// What a trace would have cost and lacked by some rules, by Neon's with the working set counted,
/// and with a size that never changes: all that was wanted in 99.5 % of the time, and 20 % more.
public final class Comparison {
    private static final double PERCENTILE = 0.995;
    private static final double MARGIN = 1.2;

    private final Trace trace;
    private final ComputeUnit unit;
    private final String policy;
    private final Rules rules;

    /// @param policy what `rules` are called
    public Comparison(Trace trace, ComputeUnit unit, String policy, Rules rules) {
        this.trace = trace;
        this.unit = unit;
        this.policy = policy;
        this.rules = rules;
    }

    public List<Verdict> verdicts() {
        Limits limits = Limits.of(unit, 1, units(1) * 2);
        var neon = Rules.NEON.with(Rules.NEON.goal().with(WorkingSetRules.DEFAULT));
        return List.of(
                Replay.run(policy, trace, limits, rules),
                Replay.run("neon", trace, limits, neon),
                fixed(units(PERCENTILE)));
    }

    private Verdict fixed(int units) {
        var meter = new Meter(unit);
        Resources size = unit.times(units);
        for (int i = 0; i + 1 < trace.samples().size(); i++) {
            Sample wanted = trace.samples().get(i);
            for (long s = wanted.second(); s < trace.samples().get(i + 1).second(); s++)
                meter.second(size, wanted);
        }
        return meter.verdict("fixed at " + units + (units == 1 ? " unit" : " units"));
    }

    /// Enough for this part of the time, with the margin.
    private int units(double part) {
        double cpus = quantile(part, Sample::cpus);
        double memory = quantile(part, it -> (double) it.memory().plus(it.workingSet()).value());
        return Math.max(
                1,
                unit.covering(new Resources(cpus * MARGIN, new Bytes((long) (memory * MARGIN)))));
    }

    /// Weighed by how long each sample lasts.
    private double quantile(double part, ToDoubleFunction<Sample> of) {
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
