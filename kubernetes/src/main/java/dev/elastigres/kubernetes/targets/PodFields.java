package dev.elastigres.kubernetes.targets;

import dev.elastigres.kubernetes.targets.ExcludedPod.ExclusionCause;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads fields of pods. Fields may be absent.
final class PodFields {
    /// Label with the name of the CloudNativePG cluster of a pod.
    static final String CLUSTER = "cnpg.io/cluster";

    /// Labels of the other pods of a CloudNativePG cluster: jobs and poolers.
    private static final List<String> NO_INSTANCES =
            List.of("cnpg.io/jobRole", "cnpg.io/poolerName");

    private static final String ROLE = "cnpg.io/podRole";
    private static final String INSTANCE = "instance";
    private static final List<String> RESOURCES = List.of("cpu", "memory");

    private PodFields() {}

    static Map<String, String> labels(Pod pod) {
        return orNone(pod.getMetadata().getLabels());
    }

    static Map<String, String> annotations(Pod pod) {
        return orNone(pod.getMetadata().getAnnotations());
    }

    private static Map<String, String> orNone(@Nullable Map<String, String> map) {
        return map == null ? Map.of() : map;
    }

    static boolean isOfStatefulSet(Pod pod, String name) {
        List<OwnerReference> owners = pod.getMetadata().getOwnerReferences();
        return owners != null
                && owners.stream()
                        .anyMatch(
                                it ->
                                        "StatefulSet".equals(it.getKind())
                                                && String.valueOf(it.getApiVersion())
                                                        .startsWith("apps/")
                                                && Boolean.TRUE.equals(it.getController())
                                                && name.equals(it.getName()));
    }

    static boolean isInstanceOfCluster(Pod pod, String name) {
        Map<String, String> labels = labels(pod);
        return name.equals(labels.get(CLUSTER))
                && NO_INSTANCES.stream().noneMatch(labels::containsKey)
                && INSTANCE.equals(labels.getOrDefault(ROLE, INSTANCE));
    }

    /// Returns whether an operator owns the settings of the pod's Postgres.
    static boolean isManaged(Pod pod) {
        return labels(pod).containsKey(CLUSTER);
    }

    /// Returns whether all containers of the pod have ended permanently.
    static boolean isOver(Pod pod) {
        String phase = pod.getStatus() == null ? null : pod.getStatus().getPhase();
        return "Succeeded".equals(phase) || "Failed".equals(phase);
    }

    /// Returns why the pod's container cannot be scaled; empty if it can. Causes that the owner of
    /// the pod can remove come first.
    static Optional<ExclusionCause> exclusionCause(Pod pod, ScalingTerms terms) {
        String container = terms.container();
        Optional<Container> spec = find(pod, container);
        if (spec.isEmpty()) return Optional.of(new ExclusionCause.NoContainer(container));
        if (!hasMemoryLimit(spec.get())) return Optional.of(new ExclusionCause.NoLimits(container));
        List<String> requestsOnly = requestsOnly(terms.resources());
        if (isGuaranteed(pod) && !requestsOnly.isEmpty())
            return Optional.of(new ExclusionCause.GuaranteedPod(requestsOnly));
        List<String> restarting = restarting(spec.get());
        if (!restarting.isEmpty())
            return Optional.of(new ExclusionCause.Restarts(container, restarting));
        if (pod.getMetadata().getDeletionTimestamp() != null)
            return Optional.of(new ExclusionCause.Terminating());
        return canBeResized(pod, container)
                ? Optional.empty()
                : Optional.of(new ExclusionCause.Starting(container));
    }

    /// Returns whether the container of a new pod can be resized once it runs.
    ///
    /// @param isGuaranteed whether the pod's QoS class is Guaranteed
    static boolean canEverBeResized(Pod pod, ScalingTerms terms, boolean isGuaranteed) {
        Optional<Container> spec = find(pod, terms.container());
        return spec.isPresent()
                && hasMemoryLimit(spec.get())
                && restarting(spec.get()).isEmpty()
                && (!isGuaranteed || requestsOnly(terms.resources()).isEmpty());
    }

    private static Optional<Container> find(Pod pod, String container) {
        if (pod.getSpec() == null || pod.getSpec().getContainers() == null) return Optional.empty();
        return pod.getSpec().getContainers().stream()
                .filter(it -> container.equals(it.getName()))
                .findFirst();
    }

    /// Returns whether the container has a memory limit. Without one it may use all memory of the
    /// node and has no size.
    private static boolean hasMemoryLimit(Container container) {
        ResourceRequirements resources = container.getResources();
        return resources != null
                && resources.getLimits() != null
                && resources.getLimits().containsKey("memory");
    }

    private static List<String> requestsOnly(ControlledResources resources) {
        var only = new ArrayList<String>();
        if (resources.cpu() == ControlledValues.REQUESTS_ONLY) only.add("cpu");
        if (resources.memory() == ControlledValues.REQUESTS_ONLY) only.add("memory");
        return only;
    }

    private static boolean isGuaranteed(Pod pod) {
        return pod.getStatus() != null && "Guaranteed".equals(pod.getStatus().getQosClass());
    }

    private static List<String> restarting(Container container) {
        if (container.getResizePolicy() == null) return List.of();
        return container.getResizePolicy().stream()
                .filter(it -> "RestartContainer".equals(it.getRestartPolicy()))
                .map(it -> String.valueOf(it.getResourceName()))
                .filter(RESOURCES::contains)
                .distinct()
                .sorted()
                .toList();
    }

    private static boolean canBeResized(Pod pod, String container) {
        if (pod.getStatus() == null || pod.getStatus().getContainerStatuses() == null) return false;
        return pod.getStatus().getContainerStatuses().stream()
                .filter(it -> container.equals(it.getName()))
                .anyMatch(
                        it ->
                                ContainerStates.isRunning(it)
                                        || ContainerStates.isDownAfterOomKill(it));
    }
}
