package dev.elastigres.controller.admission;

import dev.elastigres.controller.admission.PodHistory.EndedPod;
import dev.elastigres.kubernetes.api.NodePlanStatus.PodReport;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.InstanceStatus;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus.PodPredecessor;
import dev.elastigres.kubernetes.targets.TargetSelector;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Computes the list of deleted pods in the status of a PostgresAutoscaler. It is what a restart of
/// the controller preserves of the history.
public final class PredecessorList {
    /// Maximum number of pods in the list. The newest ones are kept.
    static final int MAX_ENTRIES = 100;

    /// Two controllers see the end of a pod at slightly different times.
    private static final Duration SAME_END = Duration.ofMinutes(1);

    private static final String CONTAINER = "postgres";

    private PredecessorList() {}

    /// Returns the status with the list of the object's deleted pods.
    ///
    /// @param status the new status
    /// @param pods names of all existing pods that the object selects
    public static PostgresAutoscalerStatus added(
            PostgresAutoscalerStatus status,
            PostgresAutoscaler object,
            Set<String> pods,
            PodHistory history,
            Instant now) {
        TargetSelector selector = TargetSelector.of(object);
        List<Predecessor> ended =
                history.ended(object.getMetadata().getNamespace(), container(object)).stream()
                        .filter(it -> selector.matches(it.pod()))
                        .map(EndedPod::predecessor)
                        .toList();
        List<PodPredecessor> list = of(object.written(), status, pods, ended, now);
        List<PodPredecessor> before =
                object.written().map(PostgresAutoscalerStatus::predecessors).orElse(null);
        // An empty list is written only to replace another one.
        return before == null && list.isEmpty() ? status : status.withPredecessors(list);
    }

    /// Returns the name of the container that the object scales.
    static String container(PostgresAutoscaler object) {
        return object.findSpec()
                .flatMap(it -> Optional.ofNullable(it.container()))
                .orElse(CONTAINER);
    }

    /// Returns what is known of the object's pods from its status alone.
    static List<Predecessor> known(PostgresAutoscalerStatus status) {
        return Stream.concat(
                        status.allPredecessors().stream().map(Predecessor::of),
                        instances(status).map(it -> predecessor(it, Optional.empty())))
                .toList();
    }

    /// @param ended the object's deleted pods in the history
    static List<PodPredecessor> of(
            Optional<PostgresAutoscalerStatus> written,
            PostgresAutoscalerStatus status,
            Set<String> pods,
            List<Predecessor> ended,
            Instant now) {
        Set<String> sized = names(status, true);
        // A new pod of the same name that its agent has not reported.
        Set<String> unsized = names(status, false);
        Map<String, Predecessor> byName = new HashMap<>();
        Instant second = now.truncatedTo(ChronoUnit.SECONDS);
        written.ifPresent(
                it -> {
                    instances(it)
                            .filter(
                                    instance ->
                                            !pods.contains(instance.name())
                                                    || unsized.contains(instance.name()))
                            .map(instance -> predecessor(instance, Optional.of(second)))
                            .forEach(gone -> byName.put(gone.name(), gone));
                    it.allPredecessors().stream()
                            .map(Predecessor::of)
                            .forEach(
                                    entry ->
                                            byName.merge(
                                                    entry.name(), entry, PredecessorList::newer));
                });
        for (Predecessor each : ended)
            byName.merge(each.name(), truncated(each), PredecessorList::newer);
        return byName.values().stream()
                .filter(it -> !sized.contains(it.name()))
                .filter(it -> it.size().isPresent() || it.kill().isPresent())
                .filter(
                        it ->
                                it.endedAt()
                                        .filter(at -> now.isBefore(at.plus(PredecessorSearch.KEPT)))
                                        .isPresent())
                .sorted(
                        Comparator.comparing((Predecessor it) -> it.endedAt().orElseThrow())
                                .reversed()
                                .thenComparing(Predecessor::name))
                .limit(MAX_ENTRIES)
                .map(Predecessor::entry)
                .toList();
    }

    private static Set<String> names(PostgresAutoscalerStatus status, boolean haveSize) {
        return instances(status)
                .filter(it -> predecessor(it, Optional.empty()).size().isPresent() == haveSize)
                .map(it -> String.valueOf(it.name()))
                .collect(Collectors.toSet());
    }

    /// Returns the newer of two entries. Of two entries for one end, it is the one with a workload.
    private static Predecessor newer(Predecessor present, Predecessor other) {
        Instant presentEnd = present.endedAt().orElse(Instant.MIN);
        Instant otherEnd = other.endedAt().orElse(Instant.MIN);
        if (otherEnd.isAfter(presentEnd.plus(SAME_END))) return other;
        if (presentEnd.isAfter(otherEnd.plus(SAME_END))) return present;
        return present.workload().name().isEmpty() ? other : present;
    }

    private static Predecessor truncated(Predecessor some) {
        return new Predecessor(
                some.name(),
                some.workload(),
                some.size(),
                some.kill(),
                some.endedAt().map(it -> it.truncatedTo(ChronoUnit.SECONDS)));
    }

    private static Stream<InstanceStatus> instances(PostgresAutoscalerStatus status) {
        return Objects.requireNonNullElse(status.instances(), List.<InstanceStatus>of()).stream()
                .filter(it -> it.name() != null);
    }

    private static Predecessor predecessor(InstanceStatus instance, Optional<Instant> endedAt) {
        var report =
                new PodReport(
                        null,
                        instance.name(),
                        null,
                        instance.cpu(),
                        instance.memory(),
                        instance.goalCpu(),
                        instance.goalMemory(),
                        instance.state(),
                        instance.why());
        return new Predecessor(
                String.valueOf(instance.name()),
                new Workload("", "", ""),
                Predecessor.need(report),
                Optional.empty(),
                endedAt);
    }
}
