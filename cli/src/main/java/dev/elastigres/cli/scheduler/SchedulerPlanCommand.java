package dev.elastigres.cli.scheduler;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.core.scheduler.BookingProblem;
import dev.elastigres.core.scheduler.PlannedMove;
import dev.elastigres.core.scheduler.RebalancePlan;
import dev.elastigres.core.scheduler.RebalancePlan.BlockedNode;
import dev.elastigres.core.scheduler.RebalanceRules;
import dev.elastigres.daemon.log.CauseChain;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.scheduler.ClusterList;
import dev.elastigres.scheduler.ClusterListException;
import dev.elastigres.scheduler.ClusterListReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Prints the moves that the scheduler would make, and why. Nothing is moved.
@Command(
        name = "plan",
        description = {
            "Print the moves of VMs that the scheduler would make, and why. Nothing is moved.",
            "",
            "FILE is a list of Kubernetes objects, as kubectl get nodes,pods -A -o json prints it; - reads"
                    + " standard input. Moves of one round are made at the same time. The next round"
                    + " begins when they have ended.",
            "",
            "Exit codes: 0 success, 1 the list cannot be read, 2 wrong usage.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {
            "elastigres scheduler plan cluster.json",
            "elastigres scheduler plan cluster.json --watermark 0.8 --json"
        })
final class SchedulerPlanCommand implements Callable<Integer> {
    /// Maximum size of the list in bytes.
    private static final int MAX_LENGTH = 1 << 30;

    /// Bound on the rounds. Each relieves a node, so that more are needed for no real cluster.
    private static final int MAX_ROUNDS = 1_000;

    @Parameters(index = "0", paramLabel = "FILE", description = "A list of nodes and pods in JSON.")
    private String file = "";

    @Option(
            names = "--watermark",
            paramLabel = "FRACTION",
            description = "Fraction of a node above which VMs are moved away (default: 0.9).")
    private double watermark = RebalanceRules.DEFAULT.watermark();

    @Option(names = "--json", description = "Print one JSON object per line.")
    private boolean json;

    @Spec private CommandSpec spec;

    @Override
    public Integer call() {
        RebalanceRules rules;
        try {
            rules = RebalanceRules.DEFAULT.withWatermark(watermark);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--watermark: " + e.getMessage());
        }
        try {
            print(ClusterListReader.read(text()), rules);
            return 0;
        } catch (ClusterListException e) {
            System.err.println("elastigres scheduler plan: " + file + ": " + e.getMessage());
        } catch (IOException e) {
            System.err.println(
                    "elastigres scheduler plan: cannot read " + file + ": " + CauseChain.chain(e));
        }
        return 1;
    }

    private String text() throws IOException {
        if (file.equals("-")) return text(System.in);
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            return text(in);
        }
    }

    private static String text(InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(MAX_LENGTH + 1);
        if (bytes.length > MAX_LENGTH) throw new IOException("longer than 1 GiB");
        return new String(bytes, UTF_8);
    }

    private void print(ClusterList list, RebalanceRules rules) {
        for (BookingProblem problem : list.allProblems()) {
            if (json)
                System.out.println(
                        Json.object()
                                .with("problem", problem.object())
                                .with("reason", problem.reason())
                                .compact());
            else System.out.println("problem: " + problem.text());
        }
        int moves = 0;
        RebalancePlan plan = list.plan(rules);
        for (int round = 1; !plan.moves().isEmpty() && round <= MAX_ROUNDS; round++) {
            for (PlannedMove move : plan.moves()) print(round, move);
            moves += plan.moves().size();
            list = list.after(plan);
            plan = list.plan(rules);
        }
        for (BlockedNode node : plan.blocked()) print(node);
        if (!json)
            System.out.println(
                    "%d %s, %d %s with moves that cannot be made"
                            .formatted(
                                    moves,
                                    moves == 1 ? "move" : "moves",
                                    plan.blocked().size(),
                                    plan.blocked().size() == 1 ? "node" : "nodes"));
    }

    private void print(int round, PlannedMove move) {
        String pod = move.vm().pod().text();
        if (json)
            System.out.println(
                    Json.object()
                            .with("round", round)
                            .with("pod", pod)
                            .with("from", move.from())
                            .with("to", move.to())
                            .with("reason", move.reason().name().toLowerCase(Locale.ROOT))
                            .with("explanation", move.explanation())
                            .compact());
        else
            System.out.println(
                    "round %d: move %s from %s to %s: %s"
                            .formatted(round, pod, move.from(), move.to(), move.explanation()));
    }

    private void print(BlockedNode node) {
        if (json) {
            System.out.println(
                    Json.object()
                            .with("blocked_node", node.node())
                            .with("need", node.need())
                            .with("reasons", String.join("; ", node.reasons()))
                            .compact());
            return;
        }
        System.out.println("cannot relieve " + node.node() + ": " + node.need());
        node.reasons().forEach(it -> System.out.println("  " + it));
    }
}
