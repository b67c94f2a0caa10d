package dev.elastigres.core.scheduler;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A permit ledger that is driven by commands, one a line. Sizes are `CPUS/MEBIBYTES`.
///
/// - `node NAME SIZE`, `node NAME gone`
/// - `pod NAME NODE SIZE [KIND] [CPU:MEMORY]`: kind as in [BookingKind], overcommit factors
/// - `pod NAME gone`
/// - `ready`: rebuilds the ledger from the nodes and pods so far
/// - `ask NAME SIZE [last SIZE] [unit SIZE] [urgent]`
/// - `withdraw NAME SIZE`: the cluster refused to store more than this size
/// - `after SECONDS`, `usage NODE`, `problems`
final class LedgerScenario {
    private final PermitLedger ledger = new PermitLedger(LedgerRules.DEFAULT);
    private final Map<String, AllocatableNode> nodes = new HashMap<>();
    private final Map<String, PodBooking> pods = new HashMap<>();
    private Moment now = new Moment(0);

    List<String> play(String line) {
        String[] words = line.split(" ", -1);
        var answers = new ArrayList<String>();
        switch (words[0]) {
            case "node" -> node(words).ifPresent(it -> answers.add(it.text()));
            case "pod" -> pod(words).ifPresent(it -> answers.add(it.text()));
            case "ready" ->
                    ledger.rebuild(nodes.values(), pods.values(), now)
                            .forEach(it -> answers.add(it.text()));
            case "ask" -> answers.add(text(ledger.ask(request(words), now)));
            case "withdraw" -> ledger.withdraw("shop", words[1], size(words[2]));
            case "after" -> now = now.plus(java.time.Duration.ofSeconds(Long.parseLong(words[1])));
            case "usage" -> answers.add(usage(words[1]));
            case "problems" -> ledger.unknownNodes().forEach(it -> answers.add(it.text()));
            default -> throw new IllegalArgumentException("no such command: " + line);
        }
        for (PodIdentity woken : ledger.wakeUps(now)) answers.add("wakes " + woken.name());
        return List.copyOf(answers);
    }

    private Optional<BookingProblem> node(String[] words) {
        if (words[2].equals("gone")) {
            nodes.remove(words[1]);
            if (ledger.isReady()) ledger.removeNode(words[1]);
            return Optional.empty();
        }
        var node = new AllocatableNode(words[1], size(words[2]), true);
        nodes.put(node.name(), node);
        return ledger.isReady() ? ledger.putNode(node) : Optional.empty();
    }

    private Optional<BookingProblem> pod(String[] words) {
        if (words[2].equals("gone")) {
            pods.remove(words[1]);
            if (ledger.isReady()) ledger.removePod("uid-" + words[1]);
            return Optional.empty();
        }
        BookingKind kind =
                words.length < 5
                        ? BookingKind.SCALED_VM
                        : BookingKind.valueOf(words[4].toUpperCase(Locale.ROOT));
        OvercommitFactors factors = OvercommitFactors.NONE;
        if (words.length == 6) {
            String[] both = words[5].split(":", 2);
            factors =
                    new OvercommitFactors(Double.parseDouble(both[0]), Double.parseDouble(both[1]));
        }
        var identity = new PodIdentity("shop", words[1], "uid-" + words[1]);
        var pod = new PodBooking(identity, words[2], size(words[3]), factors, kind);
        pods.put(words[1], pod);
        return ledger.isReady() ? ledger.putPod(pod, now) : Optional.empty();
    }

    private static LedgerRequest request(String[] words) {
        Optional<Resources> last = Optional.empty();
        ComputeUnit unit = ComputeUnit.DEFAULT;
        boolean urgent = false;
        for (int i = 3; i < words.length; i++)
            switch (words[i]) {
                case "last" -> last = Optional.of(size(words[++i]));
                case "unit" -> {
                    Resources each = size(words[++i]);
                    unit = new ComputeUnit(each.vcpus(), each.memory());
                }
                case "urgent" -> urgent = true;
                default -> throw new IllegalArgumentException("no such option: " + words[i]);
            }
        return new LedgerRequest("shop", words[1], unit, size(words[2]), last, urgent);
    }

    private static String text(LedgerAnswer answer) {
        return switch (answer) {
            case LedgerAnswer.Granted(Resources permit) -> "granted " + permit.text();
            case LedgerAnswer.Denied(Resources permit, boolean grows, boolean moving, String why) ->
                    "%s %s%s: %s"
                            .formatted(
                                    grows ? "granted only" : "denied, keeps",
                                    permit.text(),
                                    moving ? ", moving" : "",
                                    why);
            case LedgerAnswer.Rejected(LedgerAnswer.RejectionReason reason) ->
                    "rejected: " + reason.name().toLowerCase(Locale.ROOT);
        };
    }

    private String usage(String node) {
        return ledger.usage(node)
                .map(
                        it ->
                                "%s booked of %s, sizes %s, moving %s, %d waiting"
                                        .formatted(
                                                it.booked().text(),
                                                it.allocatable().text(),
                                                it.sizes().text(),
                                                it.moving().text(),
                                                it.waiting()))
                .orElse("unknown");
    }

    static Resources size(String text) {
        int slash = text.indexOf('/');
        return new Resources(
                Double.parseDouble(text.substring(0, slash)),
                Bytes.ofMebibytes(Long.parseLong(text.substring(slash + 1))));
    }
}
