package dev.elastigres.cli.simulate;

import dev.elastigres.core.agent.Transition;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.simulation.faults.PlantedBug;
import dev.elastigres.simulation.faults.SeedReport;
import dev.elastigres.simulation.faults.SimulatedHost;
import java.io.PrintStream;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/// Runs the simulation of many seeds and prints the violations.
final class SeedRunner {
    /// Number of seeds that together reach every transition; fewer may not.
    static final int ENOUGH = 50;

    private final long first;
    private final long count;
    private final Optional<PlantedBug> bug;
    private final boolean json;
    private final PrintStream out;

    SeedRunner(long first, long count, Optional<PlantedBug> bug, boolean json, PrintStream out) {
        this.first = first;
        this.count = count;
        this.bug = bug;
        this.json = json;
        this.out = out;
    }

    /// Runs the seeds. Returns whether no invariant was violated, and every transition was reached.
    boolean run() {
        // Seeds are independent of each other; reports are in the order of the seeds.
        List<SeedReport> reports =
                LongStream.range(first, first + count)
                        .parallel()
                        .mapToObj(seed -> brief(SimulatedHost.run(seed, bug)))
                        .toList();
        List<SeedReport> broken =
                reports.stream().filter(it -> it.violation().isPresent()).toList();
        var reached = EnumSet.noneOf(Transition.class);
        reports.forEach(it -> reached.addAll(it.reached()));
        Set<Transition> missed = EnumSet.complementOf(reached);

        var printer =
                new ViolationPrinter("simulate", bug.map(PlantedBug::code), count == 1, json, out);
        for (SeedReport each :
                broken.subList(0, Math.min(ViolationPrinter.MAX_PRINTED, broken.size())))
            printer.print(each.seed(), each.violation().orElseThrow(), each.lastEvents());
        boolean all = missed.isEmpty() || count < ENOUGH;
        long events = reports.stream().mapToLong(SeedReport::events).sum();
        printSum(events, broken.size(), reached.size(), missed);
        return broken.isEmpty() && all;
    }

    /// Drops the last events unless there is a single seed: those of thousands would fill the
    /// memory.
    private SeedReport brief(SeedReport report) {
        return count == 1
                ? report
                : new SeedReport(
                        report.seed(),
                        report.events(),
                        report.reached(),
                        report.violation(),
                        List.of());
    }

    private void printSum(long events, int broken, int reached, Set<Transition> missed) {
        String names = missed.stream().map(Transition::code).collect(Collectors.joining(", "));
        if (json) {
            out.println(
                    Json.object()
                            .with("seeds", count)
                            .with("events", events)
                            .with("violations", broken)
                            .with("transitions", reached)
                            .with("never_reached", names)
                            .compact());
            return;
        }
        out.printf(
                "%d %s, %d events, %d of %d transitions reached: %s%n",
                count,
                count == 1 ? "seed" : "seeds",
                events,
                reached,
                Transition.values().length,
                broken == 0 ? "no violation" : broken + " broken");
        if (!missed.isEmpty() && count >= ENOUGH) out.println("never reached: " + names);
    }
}
