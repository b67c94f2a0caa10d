package dev.elastigres.cli.simulate;

import dev.elastigres.simulation.cluster.ClusterBug;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/// The options of simulated clusters.
final class ClusterOptions {
    @Option(names = "--cluster", description = "Simulate clusters with their scheduler.")
    private boolean cluster;

    @Option(
            names = "--compare-moves",
            description = "With --cluster: compare the moves of our rule and of the original's.")
    private boolean compareMoves;

    boolean isGiven() {
        return cluster || compareMoves;
    }

    /// Returns what is wrong with the options; empty if nothing is.
    Optional<String> problem(Optional<String> plant) {
        if (!cluster) return Optional.of("--compare-moves goes with --cluster");
        if (plant.isEmpty()) return Optional.empty();
        if (compareMoves) return Optional.of("--compare-moves has no faults to plant");
        return bug(plant.get()).isPresent()
                ? Optional.empty()
                : Optional.of("unknown bug " + plant.get() + ": there are " + bugs());
    }

    /// Runs the simulation, and returns whether no invariant was violated.
    ///
    /// @param plant name of a bug, one that has no [#problem]
    boolean run(long first, long count, Optional<String> plant, boolean json) {
        var runner = new ClusterSeedRunner(first, count, json, System.out);
        if (compareMoves) {
            runner.compareMoves();
            return true;
        }
        return runner.run(plant.flatMap(ClusterOptions::bug));
    }

    private static Optional<ClusterBug> bug(String code) {
        return Arrays.stream(ClusterBug.values()).filter(it -> it.code().equals(code)).findAny();
    }

    private static String bugs() {
        return Arrays.stream(ClusterBug.values())
                .map(ClusterBug::code)
                .collect(Collectors.joining(", "));
    }
}
