package dev.elastigres.core.scheduler;

import static dev.elastigres.core.scheduler.LedgerScenario.size;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// A cluster whose moves are planned, driven by commands, one a line. Sizes are `CPUS/MEBIBYTES`.
///
/// - `node NAME SIZE [cordoned|away]`
/// - `vm NAME NODE SIZE [waits SIZE] [pinned] [grew AGO] [moved AGO] [failed AGO TIMES]`, ages in
///   seconds
/// - `plan`: prints the moves and the nodes for which none can start
/// - `run`: makes the planned moves and plans again, until none is left
final class RebalanceScenario {
    private static final Moment NOW = new Moment(Duration.ofDays(1).toNanos());
    private static final int MAX_ROUNDS = 100;

    private final Map<String, AllocatableNode> nodes = new LinkedHashMap<>();
    private final Set<String> away = new HashSet<>();
    private final Map<String, VmPlacement> vms = new LinkedHashMap<>();
    private final List<OngoingMove> moves = new ArrayList<>();

    List<String> play(String line) {
        String[] words = line.split(" ", -1);
        return switch (words[0]) {
            case "node" -> {
                boolean cordoned = words.length > 3 && words[3].equals("cordoned");
                nodes.put(words[1], new AllocatableNode(words[1], size(words[2]), !cordoned));
                if (words.length > 3 && !cordoned) away.add(words[1]);
                yield List.of();
            }
            case "vm" -> {
                vms.put(words[1], vm(words));
                yield List.of();
            }
            case "moving" -> {
                moves.add(
                        new OngoingMove(
                                "uid-" + words[1],
                                known(words[1]).node(),
                                words[2],
                                words.length > 3));
                yield List.of();
            }
            case "plan" -> text(plan());
            case "run" -> run();
            default -> throw new IllegalArgumentException("no such command: " + line);
        };
    }

    private static VmPlacement vm(String[] words) {
        Resources unmet = Resources.ZERO;
        boolean mayMove = true;
        VmPlacement.MoveHistory past = VmPlacement.MoveHistory.NONE;
        for (int i = 4; i < words.length; i++)
            switch (words[i]) {
                case "waits" -> unmet = size(words[++i]);
                case "pinned" -> mayMove = false;
                case "grew" -> past = past.grown(ago(words[++i]));
                case "moved" -> past = past.moved(ago(words[++i]));
                case "failed" -> {
                    Moment at = ago(words[++i]);
                    int times = Integer.parseInt(words[++i]);
                    for (int n = 0; n < times; n++) past = past.failed(at);
                }
                default -> throw new IllegalArgumentException("no such option: " + words[i]);
            }
        Resources size = size(words[3]);
        return new VmPlacement(
                new PodIdentity("shop", words[1], "uid-" + words[1]),
                words[2],
                size,
                unmet,
                size.memory(),
                past,
                mayMove);
    }

    private VmPlacement known(String name) {
        return Objects.requireNonNull(vms.get(name), name);
    }

    private static Moment ago(String seconds) {
        return new Moment(NOW.nanos() - Duration.ofSeconds(Long.parseLong(seconds)).toNanos());
    }

    private RebalancePlan plan() {
        var loads = new ArrayList<NodeLoad>();
        for (AllocatableNode node : nodes.values()) {
            Resources booked = Resources.ZERO;
            for (VmPlacement vm : vms.values())
                if (vm.node().equals(node.name())) booked = booked.plus(vm.booked());
            for (OngoingMove move : moves)
                if (move.bound() && move.to().equals(node.name()))
                    booked = booked.plus(known(move.uid().substring(4)).wanted());
            loads.add(new NodeLoad(node, booked, !away.contains(node.name())));
        }
        return Rebalancer.plan(RebalanceRules.DEFAULT, loads, vms.values(), moves, NOW);
    }

    private static List<String> text(RebalancePlan plan) {
        var lines = new ArrayList<String>();
        for (PlannedMove move : plan.moves())
            lines.add(
                    "moves %s from %s to %s: %s"
                            .formatted(
                                    move.vm().pod().name(),
                                    move.from(),
                                    move.to(),
                                    move.explanation()));
        for (RebalancePlan.BlockedNode node : plan.blocked()) {
            lines.add("cannot relieve " + node.node() + ": " + node.need());
            for (String reason : node.reasons()) lines.add("  " + reason);
        }
        return lines;
    }

    private List<String> run() {
        var lines = new ArrayList<String>();
        for (int round = 1; round <= MAX_ROUNDS; round++) {
            RebalancePlan plan = plan();
            for (String line : text(plan)) lines.add("round " + round + ": " + line);
            if (plan.moves().isEmpty()) return lines;
            for (PlannedMove move : plan.moves()) {
                VmPlacement vm = move.vm();
                vms.put(
                        vm.pod().name(),
                        new VmPlacement(
                                vm.pod(),
                                move.to(),
                                vm.wanted(),
                                Resources.ZERO,
                                vm.wanted().memory(),
                                vm.history(),
                                true));
            }
        }
        throw new IllegalStateException("moves without end: " + lines);
    }
}
