package dev.elastigres.cli.simulate;

import dev.elastigres.protocol.json.Json;
import dev.elastigres.simulation.cluster.ClusterBug;
import dev.elastigres.simulation.cluster.ClusterReport;
import dev.elastigres.simulation.cluster.ClusterReport.ClusterTotals;
import dev.elastigres.simulation.cluster.ClusterSetup;
import dev.elastigres.simulation.cluster.ClusterSimulation;
import dev.elastigres.simulation.cluster.MovePolicy;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;

/// Simulates one cluster for each seed and prints what was violated.
final class ClusterSeedRunner {
    private final long first;
    private final long count;
    private final boolean json;
    private final PrintStream out;

    ClusterSeedRunner(long first, long count, boolean json, PrintStream out) {
        this.first = first;
        this.count = count;
        this.json = json;
        this.out = out;
    }

    /// Returns whether no invariant was violated.
    boolean run(Optional<ClusterBug> bug) {
        List<ClusterReport> reports = reports(ClusterSetup.faulty(bug));
        List<ClusterReport> violated =
                reports.stream().filter(it -> it.violation().isPresent()).toList();
        var printer =
                new ViolationPrinter(
                        "simulate --cluster", bug.map(ClusterBug::code), count == 1, json, out);
        for (ClusterReport each :
                violated.subList(0, Math.min(ViolationPrinter.MAX_PRINTED, violated.size())))
            printer.print(each.seed(), each.violation().orElseThrow(), each.lastEvents());
        ClusterTotals counts = sum(reports);
        long events = reports.stream().mapToLong(ClusterReport::events).sum();
        if (json)
            out.println(
                    Json.object()
                            .with("clusters", count)
                            .with("events", events)
                            .with("violations", violated.size())
                            .with("growths", counts.growths())
                            .with("denials", counts.denials())
                            .with("moves", counts.moves())
                            .with("failed_moves", counts.failedMoves())
                            .with("scheduler_restarts", counts.restarts())
                            .with("node_failures", counts.nodeFailures())
                            .compact());
        else
            out.printf(
                    "%d %s, %d events, %d growths, %d denials, %d moves (%d failed), %d restarts of"
                            + " the scheduler, %d node failures: %s%n",
                    count,
                    count == 1 ? "cluster" : "clusters",
                    events,
                    counts.growths(),
                    counts.denials(),
                    counts.moves(),
                    counts.failedMoves(),
                    counts.restarts(),
                    counts.nodeFailures(),
                    violated.isEmpty() ? "no violation" : violated.size() + " violated");
        return violated.isEmpty();
    }

    private List<ClusterReport> reports(ClusterSetup setup) {
        return LongStream.range(first, first + count)
                .parallel()
                .mapToObj(seed -> brief(ClusterSimulation.run(seed, setup)))
                .toList();
    }

    /// Drops the last events unless there is a single seed: those of thousands would fill the
    /// memory.
    private ClusterReport brief(ClusterReport report) {
        return count == 1
                ? report
                : new ClusterReport(
                        report.seed(),
                        report.events(),
                        report.counts(),
                        report.violation(),
                        List.of());
    }

    private static ClusterTotals sum(List<ClusterReport> reports) {
        return reports.stream()
                .map(ClusterReport::counts)
                .reduce(ClusterTotals.NONE, ClusterTotals::plus);
    }

    /// Compares our moves with the original's, on clusters without faults.
    void compareMoves() {
        if (!json)
            out.printf(
                    "%-12s %10s %10s %10s %14s %14s%n",
                    "rule", "moves", "failed", "useless", "above 90 %", "VMs short");
        print("elastigres", MovePolicy.OURS);
        print("original", MovePolicy.ORIGINAL);
        if (!json)
            out.printf(
                    "%n%d %s of 20 nodes and 160 VMs for two hours; above: node-hours above the"
                            + " watermark; short: VM-hours below the goal%n",
                    count, count == 1 ? "cluster" : "clusters");
    }

    private void print(String rule, MovePolicy policy) {
        ClusterTotals counts = sum(reports(ClusterSetup.comparison(policy)));
        if (json)
            out.println(
                    Json.object()
                            .with("rule", rule)
                            .with("clusters", count)
                            .with("moves", counts.moves())
                            .with("failed_moves", counts.failedMoves())
                            .with("useless_moves", counts.uselessMoves())
                            .with("node_seconds_above_watermark", counts.secondsAbove())
                            .with("vm_seconds_short", counts.secondsShort())
                            .compact());
        else
            out.printf(
                    Locale.ROOT,
                    "%-12s %10d %10d %10d %14.1f %14.1f%n",
                    rule,
                    counts.moves(),
                    counts.failedMoves(),
                    counts.uselessMoves(),
                    counts.secondsAbove() / 3600.0,
                    counts.secondsShort() / 3600.0);
    }
}
