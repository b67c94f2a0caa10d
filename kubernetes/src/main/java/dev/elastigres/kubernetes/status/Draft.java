package dev.elastigres.kubernetes.status;

import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.Condition;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.Instance;
import dev.elastigres.kubernetes.targets.Choices;
import dev.elastigres.kubernetes.targets.ObjectName;
import dev.elastigres.kubernetes.targets.PodName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What an object should say, by what an agent knows, beside what it says.
///
/// @param body all that this agent applies: what all entries make, and its own
/// @param others how many entries other agents have
/// @param own what of its own is to be changed
/// @param summary whether the rest is to be changed
record Draft(PostgresAutoscalerStatus body, int others, Own own, boolean summary) {
    /// An object has no room for more.
    static final int MOST = 100;

    enum Own {
        /// It has none, and had none.
        NONE,
        SAME,
        /// A goal or a state, which may be back in a moment.
        WORDS,
        /// A pod came or went, or has another size; or an entry that another agent took over is
        /// still this one's, too, and would stay when that one lets go.
        SIZES
    }

    static Draft of(
            PostgresAutoscaler object,
            Entries entries,
            Choices choices,
            boolean patient,
            Instant now) {
        Optional<PostgresAutoscalerStatus> written = object.written();
        Map<String, Instance> before = byName(instances(written));
        var name =
                new ObjectName(object.getMetadata().getNamespace(), object.getMetadata().getName());
        var fresh = new ArrayList<Instance>();
        for (PodName pod : choices.aimsOf(name))
            entries.of(pod, choices, Optional.ofNullable(before.get(pod.name())), patient)
                    .ifPresent(fresh::add);

        TreeMap<String, Instance> own = byName(fresh);
        Map<String, Instance> ownBefore = new TreeMap<>(before);
        ownBefore.values().removeIf(it -> !entries.isOwn(it));
        Map<String, Instance> others = new TreeMap<>(before);
        others.values().removeIf(entries::isOwn);
        others.keySet().removeAll(own.keySet());
        while (others.size() + own.size() > MOST && !own.isEmpty()) own.remove(own.lastKey());

        Map<String, Instance> all = new TreeMap<>(others);
        all.putAll(own);
        PostgresAutoscalerStatus summary =
                Summary.of(all.values(), object.getMetadata().getGeneration(), written, now);
        return new Draft(
                with(summary, own.isEmpty() ? null : List.copyOf(own.values())),
                others.size(),
                Owned.instances(object, entries.node()).stream().allMatch(own::containsKey)
                        ? compare(own, ownBefore)
                        : Own.SIZES,
                !Optional.of(summary).equals(written.map(Draft::comparable)));
    }

    static List<Instance> instances(Optional<PostgresAutoscalerStatus> status) {
        return status.flatMap(it -> Optional.ofNullable(it.instances())).orElse(List.of());
    }

    private static TreeMap<String, Instance> byName(List<Instance> instances) {
        var byName = new TreeMap<String, Instance>();
        for (Instance each : instances) if (each.name() != null) byName.put(each.name(), each);
        return byName;
    }

    private static Own compare(Map<String, Instance> own, Map<String, Instance> before) {
        if (own.isEmpty() && before.isEmpty()) return Own.NONE;
        if (own.equals(before)) return Own.SAME;
        if (!own.keySet().equals(before.keySet())) return Own.SIZES;
        return own.values().stream()
                        .allMatch(it -> isSameSize(it, before.get(String.valueOf(it.name()))))
                ? Own.WORDS
                : Own.SIZES;
    }

    private static boolean isSameSize(Instance one, @Nullable Instance other) {
        return other != null
                && Objects.equals(one.cpu(), other.cpu())
                && Objects.equals(one.memory(), other.memory());
    }

    /// Others may have conditions of their own there, in any order.
    private static PostgresAutoscalerStatus comparable(PostgresAutoscalerStatus status) {
        List<Condition> conditions =
                status.conditions() == null
                        ? List.of()
                        : status.conditions().stream()
                                .filter(it -> rank(it) >= 0)
                                .sorted(Comparator.comparing(Draft::rank))
                                .toList();
        return new PostgresAutoscalerStatus(
                status.observedGeneration(),
                status.pods(),
                status.size(),
                status.goal(),
                status.state(),
                status.why(),
                conditions,
                null);
    }

    private static int rank(Condition condition) {
        return List.of("Ready", "Limited", "Oversized", "Conflict")
                .indexOf(String.valueOf(condition.type()));
    }

    static PostgresAutoscalerStatus with(
            PostgresAutoscalerStatus summary, @Nullable List<Instance> instances) {
        return new PostgresAutoscalerStatus(
                summary.observedGeneration(),
                summary.pods(),
                summary.size(),
                summary.goal(),
                summary.state(),
                summary.why(),
                summary.conditions(),
                instances);
    }
}
