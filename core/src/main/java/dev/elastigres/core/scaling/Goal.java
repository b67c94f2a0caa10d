package dev.elastigres.core.scaling;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Size that metrics call for, before any limits.
///
/// @param units size in compute units, for the resource that needs more; zero if nothing is known
/// @param size size in `shape`
/// @param complete whether all metrics that the rules need are known; the VM must not shrink for an
///     incomplete goal
/// @param held the units in the VM's minimum
/// @param reserve learned memory reserve in `size`; zero if only the reserve of the shape is
public record Goal(
        int units,
        SizeShape shape,
        Resources size,
        boolean complete,
        Optional<GoalComponent> cpu,
        Optional<GoalComponent.Memory> memory,
        Optional<GoalComponent.Cache> cache,
        MinimumUnits held,
        Bytes reserve) {

    /// Creates a goal without a learned reserve.
    public Goal(
            int units,
            SizeShape shape,
            Resources size,
            boolean complete,
            Optional<GoalComponent> cpu,
            Optional<GoalComponent.Memory> memory,
            Optional<GoalComponent.Cache> cache,
            MinimumUnits held) {
        this(units, shape, size, complete, cpu, memory, cache, held, Bytes.ZERO);
    }

    /// Returns the goal of a VM without a minimum.
    public static Goal of(VmMetrics metrics, ComputeUnit unit, GoalRules rules) {
        return of(metrics, unit, rules, Resources.ZERO);
    }

    /// Returns the goal of a VM that has at least `min`.
    ///
    /// In whole units, demand for one resource raises both. Demand that `min`
    /// covers raises neither: CPUs that the VM always has are no reason to give it memory. If `min`
    /// is a whole number of units, it makes no difference to the VM's size.
    public static Goal of(VmMetrics metrics, ComputeUnit unit, GoalRules rules, Resources min) {
        return of(metrics, unit, rules, min, Headroom.OF_RULES);
    }

    /// Returns the goal of a VM that has at least `min`, with learned headroom.
    public static Goal of(
            VmMetrics metrics,
            ComputeUnit unit,
            GoalRules rules,
            Resources min,
            Headroom headroom) {
        return new GoalCalculator(unit, rules, MinimumUnits.of(min, unit), headroom).goal(metrics);
    }

    /// Returns the known components, the deciding one first.
    public List<GoalComponent> parts() {
        return Stream.of(cpu, memory, cache)
                .<GoalComponent>flatMap(Optional::stream)
                .sorted((one, other) -> Double.compare(held.counted(other), held.counted(one)))
                .toList();
    }

    /// Returns the demand without headroom: CPUs that were busy or wanted, and memory in use with
    /// the part of the working set that counts; zero for a resource whose demand is unknown.
    public Resources demand() {
        double cpus =
                cpu.map(
                                it ->
                                        switch (it) {
                                            case GoalComponent.Demand(_, CpuUsage use, _, _) ->
                                                    GoalComponent.Demand.cpus(use);
                                            case GoalComponent.Load(_, double load, _) -> load;
                                            case GoalComponent.Memory _, GoalComponent.Cache _ ->
                                                    0.0;
                                        })
                        .orElse(0.0);
        Bytes used = memory.map(it -> it.used().plus(it.workingSet())).orElse(Bytes.ZERO);
        return new Resources(cpus, used).inThousandths();
    }

    /// Returns the goal as one readable sentence.
    public String text() {
        List<GoalComponent> parts = parts();
        if (parts.isEmpty()) return "no goal: nothing is known of its load";
        String reasons =
                switch (shape) {
                    case UNITS -> tied(parts);
                    case INDEPENDENT ->
                            size.text()
                                    + " for "
                                    + parts.stream()
                                            .map(it -> it.name() + " (" + it.figures() + ")")
                                            .collect(Collectors.joining(" and "))
                                    + (reserve.equals(Bytes.ZERO)
                                            ? ""
                                            : ", with " + reserve + " in reserve for its rises");
                };
        return reasons + (complete ? "" : "; not all metrics are known");
    }

    private String tied(List<GoalComponent> parts) {
        String rest = parts.stream().skip(1).map(this::text).collect(Collectors.joining(" and "));
        return "%d %s for %s%s"
                .formatted(
                        units,
                        units == 1 ? "unit" : "units",
                        text(parts.getFirst()),
                        rest.isEmpty() ? "" : ", above " + rest);
    }

    private String text(GoalComponent part) {
        return part.text() + (held.reduces(part) ? " within its minimum" : "");
    }
}
