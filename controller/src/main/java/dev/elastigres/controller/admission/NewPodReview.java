package dev.elastigres.controller.admission;

import dev.elastigres.controller.admission.InitialSize.InitialSizeResult.Changed;
import dev.elastigres.controller.admission.InitialSize.InitialSizeResult.NotAdmitted;
import dev.elastigres.controller.admission.InitialSize.InitialSizeResult.Same;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.driver.ContainerResources;
import dev.elastigres.kubernetes.targets.NewPodTarget;
import dev.elastigres.protocol.json.Json;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Decides on a new pod. It reads no clock and does no I/O.
final class NewPodReview {
    private NewPodReview() {}

    /// What the controller knows of the cluster.
    interface ClusterView {
        /// Returns the PostgresAutoscalers of a namespace.
        Collection<PostgresAutoscaler> autoscalers(String namespace);

        /// Returns the existing and gone pods of a namespace.
        ///
        /// @param container name of the scaled container, whose OOM kills count
        List<Predecessor> pods(String namespace, String container);

        /// Returns the limits of a new pod in its namespace and on the nodes that may run it.
        NamespaceLimits limits(Pod pod);
    }

    /// The decision.
    ///
    /// @param patch the change of the pod; empty if it stays as it is
    record ReviewResult(ReviewOutcome outcome, Optional<Json.Arr> patch) {
        static ReviewResult unchanged(ReviewOutcome outcome) {
            return new ReviewResult(outcome, Optional.empty());
        }
    }

    /// Returns the decision on a pod.
    ///
    /// @param pod the new pod, with its namespace
    static ReviewResult of(Pod pod, ClusterView cluster, Instant now) {
        PodSpec spec = pod.getSpec();
        if (spec == null || spec.getContainers() == null)
            return ReviewResult.unchanged(ReviewOutcome.NOT_SELECTED);
        String namespace = pod.getMetadata().getNamespace();
        boolean isGuaranteed = PodQos.isGuaranteed(pod);
        Collection<PostgresAutoscaler> objects = cluster.autoscalers(namespace);
        Optional<NewPodTarget> found = NewPodTarget.of(pod, isGuaranteed, objects);
        // Pod-level resources bound the sum of the containers, and do not change here.
        if (found.isEmpty() || spec.getResources() != null)
            return ReviewResult.unchanged(ReviewOutcome.NOT_SELECTED);
        NewPodTarget target = found.get();
        Optional<Predecessor> predecessor =
                PredecessorSearch.find(
                        target.terms().pod().name(),
                        Workload.of(pod),
                        candidates(target, namespace, objects, cluster),
                        now);
        if (predecessor.isEmpty()) return ReviewResult.unchanged(ReviewOutcome.NO_PREDECESSOR);
        NamespaceLimits limits = cluster.limits(pod);
        Predicate<ContainerResources> admits =
                it -> {
                    Pod after = PodPatch.applied(pod, target.container(), it);
                    return PodQos.isGuaranteed(after) == isGuaranteed
                            && limits.admits(pod, after, target.container());
                };
        return switch (InitialSize.of(
                target,
                PodQos.values(spec.getContainers().get(target.container())),
                isGuaranteed,
                predecessor.get(),
                admits,
                now)) {
            case Same() -> ReviewResult.unchanged(ReviewOutcome.SAME_SIZE);
            case NotAdmitted() -> ReviewResult.unchanged(ReviewOutcome.NOT_ADMITTED);
            case Changed changed ->
                    new ReviewResult(
                            ReviewOutcome.CHANGED,
                            Optional.of(
                                    PodPatch.of(
                                            pod,
                                            target.container(),
                                            changed.resources(),
                                            why(changed, predecessor.get(), now))));
        };
    }

    private static List<Predecessor> candidates(
            NewPodTarget target,
            String namespace,
            Collection<PostgresAutoscaler> objects,
            ClusterView cluster) {
        var all = new ArrayList<>(cluster.pods(namespace, target.terms().container()));
        for (PostgresAutoscaler each : objects)
            if (target.object().equals(Optional.of(each.getMetadata().getName())))
                each.written().map(PredecessorList::known).ifPresent(it -> addUnknown(all, it));
        return all;
    }

    /// Adds pods of the object's status that the history does not have.
    private static void addUnknown(List<Predecessor> all, List<Predecessor> written) {
        for (Predecessor each : written)
            if (all.stream()
                    .noneMatch(
                            it ->
                                    it.name().equals(each.name())
                                            && (it.size().isPresent() || each.size().isEmpty())))
                all.add(each);
    }

    private static String why(Changed changed, Predecessor predecessor, Instant now) {
        var text = new StringBuilder(changed.size().text());
        text.append(": needed by pod ").append(predecessor.name());
        predecessor
                .endedAt()
                .ifPresent(
                        it ->
                                text.append(", gone since ")
                                        .append(it.truncatedTo(ChronoUnit.SECONDS)));
        predecessor
                .kill()
                .filter(it -> now.isBefore(it.at().plus(PredecessorSearch.KEPT)))
                .ifPresent(
                        it ->
                                text.append(", OOM-killed with ")
                                        .append(it.memory())
                                        .append(" at ")
                                        .append(it.at().truncatedTo(ChronoUnit.SECONDS)));
        if (changed.isLimited()) text.append("; limited by the namespace or the nodes");
        return text.toString();
    }
}
