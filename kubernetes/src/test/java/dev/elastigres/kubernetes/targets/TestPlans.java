package dev.elastigres.kubernetes.targets;

import dev.elastigres.kubernetes.api.NodePlanSpec;
import dev.elastigres.kubernetes.api.NodePlanSpec.PlanPod;
import dev.elastigres.kubernetes.api.NodePlanSpec.PlanTarget;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Plans of a node for tests.
final class TestPlans {
    private TestPlans() {}

    /// Returns the selection of pods that are all on one node, by a plan made from objects.
    static PodSelection resolve(Collection<Pod> pods, Collection<PostgresAutoscaler> objects) {
        List<PlanTarget> targets =
                objects.stream()
                        .map(it -> target(it, pods))
                        .filter(it -> !it.allPods().isEmpty())
                        .toList();
        return TargetResolver.of(pods, Optional.of(NodePlanSpec.of(targets)), 1);
    }

    private static PlanTarget target(PostgresAutoscaler object, Collection<Pod> pods) {
        TargetSelector selector = TargetSelector.of(object);
        String namespace = object.getMetadata().getNamespace();
        List<PlanPod> its =
                pods.stream()
                        .filter(it -> namespace.equals(it.getMetadata().getNamespace()))
                        .filter(selector::matches)
                        .map(
                                it ->
                                        new PlanPod(
                                                it.getMetadata().getName(),
                                                it.getMetadata().getUid()))
                        .toList();
        return new PlanTarget(namespace, object.getMetadata().getName(), object.getSpec(), its);
    }
}
