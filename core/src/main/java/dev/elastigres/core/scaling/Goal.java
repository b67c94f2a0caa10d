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
        Optional<Part> cpu,
        Optional<Part.Memory> memory,
        Optional<Part.Cache> cache) {

    public static Goal of(Metrics metrics, ComputeUnit unit, GoalRules rules) {
        return new GoalMaker(unit, rules).goal(metrics);
    }

    /// Those that are known, the one that decides first.
    public List<Part> parts() {
        return Stream.of(cpu, memory, cache)
                .<Part>flatMap(Optional::stream)
                .sorted((one, other) -> Double.compare(counted(other), counted(one)))
                .toList();
    }

    /// The CPU's part counts rounded: half a unit too few only slows, memory too little kills.
    static double counted(Part part) {
        return switch (part) {
            case Part.Load _, Part.Demand _ -> Math.round(part.units());
            case Part.Memory _, Part.Cache _ -> part.units();
        };
    }

    /// One readable sentence.
    public String text() {
        List<Part> parts = parts();
        if (parts.isEmpty()) return "no goal: nothing is known of its load";
        String rest = parts.stream().skip(1).map(Part::text).collect(Collectors.joining(" and "));
        return "%d %s for %s%s%s"
                .formatted(
                        units,
                        units == 1 ? "unit" : "units",
                        parts.getFirst().text(),
                        rest.isEmpty() ? "" : ", above " + rest,
                        complete ? "" : "; not all metrics are known");
    }
}
