package dev.elastigres.core.scaling;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The size that metrics call for, before anybody's limits.
///
/// @param units in compute units; zero when nothing is known
/// @param complete whether all metrics that the rules need were there; when not, the VM must not
///     become smaller for this goal
public record Goal(
        int units,
        boolean complete,
        Optional<GoalComponent> cpu,
        Optional<GoalComponent.Memory> memory,
        Optional<GoalComponent.Cache> cache) {

    public static Goal of(VmMetrics metrics, ComputeUnit unit, GoalRules rules) {
        return new GoalCalculator(unit, rules).goal(metrics);
    }

    /// Those that are known, the one that decides first.
    public List<GoalComponent> parts() {
        return Stream.of(cpu, memory, cache)
                .<GoalComponent>flatMap(Optional::stream)
                .sorted((one, other) -> Double.compare(counted(other), counted(one)))
                .toList();
    }

    /// The CPU's part counts rounded: half a unit too few only slows, memory too little kills.
    static double counted(GoalComponent part) {
        return switch (part) {
            case GoalComponent.Load _, GoalComponent.Demand _ -> Math.round(part.units());
            case GoalComponent.Memory _, GoalComponent.Cache _ -> part.units();
        };
    }

    /// One readable sentence.
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
