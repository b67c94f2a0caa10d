package dev.elastigres.kubernetes.status;

import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.InstanceStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.StatusCondition;
import dev.elastigres.kubernetes.targets.ObjectName;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.PodSelection;
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
record StatusDraft(PostgresAutoscalerStatus body, int others, OwnEntry own, boolean summary) {
    /// An object has no room for more.
    static final int MAX = 100;

    enum OwnEntry {
        /// It has none, and had none.
        NONE,
        SAME,
        /// A goal or a state, which may be back in a moment.
        WORDS,
        /// A pod came or went, or has another size; or an entry that another agent took over is
        /// still this one's, too, and would stay when that one lets go.
        SIZES
    }

    static StatusDraft of(
            PostgresAutoscaler object,
            StatusEntries entries,
            PodSelection choices,
            boolean patient,
            Instant now) {
        Optional<PostgresAutoscalerStatus> written = object.written();
        Map<String, InstanceStatus> before = byName(instances(written));
        var name =
                new ObjectName(object.getMetadata().getNamespace(), object.getMetadata().getName());
        var fresh = new ArrayList<InstanceStatus>();
        for (PodName pod : choices.aimsOf(name))
            entries.of(pod, choices, Optional.ofNullable(before.get(pod.name())), patient)
                    .ifPresent(fresh::add);

        TreeMap<String, InstanceStatus> own = byName(fresh);
        Map<String, InstanceStatus> ownBefore = new TreeMap<>(before);
        ownBefore.values().removeIf(it -> !entries.isOwn(it));
        Map<String, InstanceStatus> others = new TreeMap<>(before);
        others.values().removeIf(entries::isOwn);
        others.keySet().removeAll(own.keySet());
        while (others.size() + own.size() > MAX && !own.isEmpty()) own.remove(own.lastKey());

        Map<String, InstanceStatus> all = new TreeMap<>(others);
        all.putAll(own);
        PostgresAutoscalerStatus summary =
                StatusSummary.of(all.values(), object.getMetadata().getGeneration(), written, now);
        return new StatusDraft(
                with(summary, own.isEmpty() ? null : List.copyOf(own.values())),
                others.size(),
                FieldOwnership.instances(object, entries.node()).stream().allMatch(own::containsKey)
                        ? compare(own, ownBefore)
                        : OwnEntry.SIZES,
                !Optional.of(summary).equals(written.map(StatusDraft::comparable)));
    }

    static List<InstanceStatus> instances(Optional<PostgresAutoscalerStatus> status) {
        return status.flatMap(it -> Optional.ofNullable(it.instances())).orElse(List.of());
    }

    private static TreeMap<String, InstanceStatus> byName(List<InstanceStatus> instances) {
        var byName = new TreeMap<String, InstanceStatus>();
        for (InstanceStatus each : instances)
            if (each.name() != null) byName.put(each.name(), each);
        return byName;
    }

    private static OwnEntry compare(
            Map<String, InstanceStatus> own, Map<String, InstanceStatus> before) {
        if (own.isEmpty() && before.isEmpty()) return OwnEntry.NONE;
        if (own.equals(before)) return OwnEntry.SAME;
        if (!own.keySet().equals(before.keySet())) return OwnEntry.SIZES;
        return own.values().stream()
                        .allMatch(it -> isSameSize(it, before.get(String.valueOf(it.name()))))
                ? OwnEntry.WORDS
                : OwnEntry.SIZES;
    }

    private static boolean isSameSize(InstanceStatus one, @Nullable InstanceStatus other) {
        return other != null
                && Objects.equals(one.cpu(), other.cpu())
                && Objects.equals(one.memory(), other.memory());
    }

    /// Others may have conditions of their own there, in any order.
    private static PostgresAutoscalerStatus comparable(PostgresAutoscalerStatus status) {
        List<StatusCondition> conditions =
                status.conditions() == null
                        ? List.of()
                        : status.conditions().stream()
                                .filter(it -> rank(it) >= 0)
                                .sorted(Comparator.comparing(StatusDraft::rank))
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

    private static int rank(StatusCondition condition) {
        return List.of("Ready", "Limited", "Oversized", "Conflict")
                .indexOf(String.valueOf(condition.type()));
    }

    static PostgresAutoscalerStatus with(
            PostgresAutoscalerStatus summary, @Nullable List<InstanceStatus> instances) {
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
