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

/// The status that an object should have, as far as an agent knows, compared with its present one.
///
/// @param body all that this agent applies: the summary of all entries, and its own entries
/// @param others number of entries of other agents
/// @param own change of its own entries
/// @param summary whether the summary must change
record StatusDraft(PostgresAutoscalerStatus body, int others, OwnEntry own, boolean summary) {
    /// Maximum number of entries of an object.
    static final int MAX = 100;

    enum OwnEntry {
        /// The agent has no entry, and had none.
        NONE,
        SAME,
        /// A goal or a state changed, and may change back soon.
        WORDS,
        /// A pod appeared or disappeared, or its size changed. Also, this agent still owns fields
        /// of an entry that another agent took over; the entry would remain after that agent
        /// removes its own.
        SIZES
    }

    static StatusDraft of(
            PostgresAutoscaler object,
            StatusEntries entries,
            PodSelection choices,
            boolean isStarting,
            Instant now) {
        Optional<PostgresAutoscalerStatus> written = object.written();
        Map<String, InstanceStatus> before = byName(instances(written));
        var name =
                new ObjectName(object.getMetadata().getNamespace(), object.getMetadata().getName());
        var fresh = new ArrayList<InstanceStatus>();
        for (PodName pod : choices.selectedBy(name))
            entries.of(pod, choices, Optional.ofNullable(before.get(pod.name())), isStarting)
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

    /// Returns the status with only the conditions that agents write, in a fixed order. Other
    /// writers may add conditions, in any order.
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
        return List.of("Ready", "Stalled", "Limited", "Oversized", "Conflict")
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
