package dev.elastigres.core.scaling;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Size that metrics call for, before any limits.
///
/// @param units size in compute units; zero if nothing is known
/// @param complete whether all metrics that the rules need are known; the VM must not shrink for an
///     incomplete goal
public record Goal(
        int units,
        boolean complete,
        Optional<GoalComponent> cpu,
        Optional<GoalComponent.Memory> memory,
        Optional<GoalComponent.Cache> cache) {

    public static Goal of(VmMetrics metrics, ComputeUnit unit, GoalRules rules) {
        return new GoalCalculator(unit, rules).goal(metrics);
    }

    /// Returns the known components, the deciding one first.
    public List<GoalComponent> parts() {
        return Stream.of(cpu, memory, cache)
                .<GoalComponent>flatMap(Optional::stream)
                .sorted((one, other) -> Double.compare(counted(other), counted(one)))
                .toList();
    }

    /// Returns the units that a component counts as. CPU components are rounded: half a unit too
    /// little CPU only slows the VM, while too little memory gets processes killed.
    static double counted(GoalComponent part) {
        return switch (part) {
            case GoalComponent.Load _, GoalComponent.Demand _ -> Math.round(part.units());
            case GoalComponent.Memory _, GoalComponent.Cache _ -> part.units();
        };
    }

    /// Returns the goal as one readable sentence.
    public String text() {
        List<GoalComponent> parts = parts();
        if (parts.isEmpty()) return "no goal: nothing is known of its load";
        String rest =
                parts.stream()
                        .skip(1)
                        .map(GoalComponent::text)
                        .collect(Collectors.joining(" and "));
        return "%d %s for %s%s%s"
                .formatted(
                        units,
                        units == 1 ? "unit" : "units",
                        parts.getFirst().text(),
                        rest.isEmpty() ? "" : ", above " + rest,
                        complete ? "" : "; not all metrics are known");
    }
}
