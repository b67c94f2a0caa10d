package dev.elastigres.controller;

import static java.util.stream.Collectors.groupingBy;

import dev.elastigres.kubernetes.api.NodePlanSpec.PlanPod;
import dev.elastigres.kubernetes.api.NodePlanSpec.PlanTarget;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec;
import dev.elastigres.kubernetes.targets.TargetSelector;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Computes which pods of a namespace each PostgresAutoscaler selects on each node. A pod that
/// several objects select is in the targets of all of them; the agent of its node excludes it.
final class NamespacePlanner {
    private final List<Pod> pods;

    /// Pods by each label with its value. Without this index a namespace with many objects and pods
    /// would compare each object with each pod.
    private final Map<Map.Entry<String, String>, List<Pod>> byLabel = new HashMap<>();

    private NamespacePlanner(Collection<Pod> all) {
        pods =
                all.stream()
                        .filter(it -> node(it) != null)
                        .sorted(Comparator.comparing(it -> it.getMetadata().getName()))
                        .toList();
        for (Pod pod : pods) {
            Map<String, String> labels = pod.getMetadata().getLabels();
            if (labels == null) continue;
            labels.forEach(
                    (key, value) ->
                            byLabel.computeIfAbsent(
                                            Map.entry(key, String.valueOf(value)),
                                            _ -> new ArrayList<>())
                                    .add(pod));
        }
    }

    /// Returns the targets by node, in the order of the objects' names. Objects that are being
    /// deleted, and pods without a node, are left out.
    ///
    /// @param objects the objects of the namespace
    /// @param pods the pods of the namespace
    static Map<String, List<PlanTarget>> plan(
            Collection<PostgresAutoscaler> objects, Collection<Pod> pods) {
        var planner = new NamespacePlanner(pods);
        var byNode = new TreeMap<String, List<PlanTarget>>();
        objects.stream()
                .filter(it -> it.getMetadata().getDeletionTimestamp() == null)
                .sorted(Comparator.comparing(it -> it.getMetadata().getName()))
                .forEach(it -> planner.add(it, byNode));
        return byNode;
    }

    private void add(PostgresAutoscaler object, Map<String, List<PlanTarget>> byNode) {
        TargetSelector selector = TargetSelector.of(object);
        candidates(selector).stream()
                .filter(selector::matches)
                .collect(groupingBy(it -> String.valueOf(node(it)), TreeMap::new, toPods()))
                .forEach(
                        (node, its) ->
                                byNode.computeIfAbsent(node, _ -> new ArrayList<>())
                                        .add(target(object, its)));
    }

    private static java.util.stream.Collector<Pod, ?, List<PlanPod>> toPods() {
        return java.util.stream.Collectors.mapping(
                it -> new PlanPod(it.getMetadata().getName(), it.getMetadata().getUid()),
                java.util.stream.Collectors.toList());
    }

    /// Returns all pods that the object may select.
    private List<Pod> candidates(TargetSelector selector) {
        return selector.requiredLabels().entrySet().stream()
                .map(it -> byLabel.getOrDefault(Map.entry(it.getKey(), it.getValue()), List.of()))
                .min(Comparator.comparing(List::size))
                .orElse(pods);
    }

    private static PlanTarget target(PostgresAutoscaler object, List<PlanPod> pods) {
        return new PlanTarget(
                object.getMetadata().getNamespace(),
                object.getMetadata().getName(),
                object.findSpec().map(PostgresAutoscalerSpec::withoutTarget).orElse(null),
                pods);
    }

    private static @org.jspecify.annotations.Nullable String node(Pod pod) {
        return pod.getSpec() == null ? null : pod.getSpec().getNodeName();
    }
}
