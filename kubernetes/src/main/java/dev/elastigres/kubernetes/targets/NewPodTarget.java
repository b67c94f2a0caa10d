package dev.elastigres.kubernetes.targets;

import static java.util.stream.Collectors.toList;

import dev.elastigres.kubernetes.api.NodePlanSpec.PlanTarget;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// The configuration by which a pod that is being created will be scaled.
///
/// @param terms the configuration
/// @param object name of the PostgresAutoscaler; empty if the pod's annotations have the terms
/// @param container index of the scaled container in the pod's specification
public record NewPodTarget(ScaledPod terms, Optional<String> object, int container) {

    /// Returns the configuration; empty if the pod will not be resized: nothing or more than one
    /// source selects it, the configuration is invalid, the mode is `Recommend`, or the container
    /// cannot be resized.
    ///
    /// @param pod the pod, with its namespace; name and uid may be missing
    /// @param isGuaranteed whether the pod's QoS class is Guaranteed
    /// @param objects the PostgresAutoscalers of its namespace
    public static Optional<NewPodTarget> of(
            Pod pod, boolean isGuaranteed, Collection<PostgresAutoscaler> objects) {
        List<PostgresAutoscaler> meant =
                objects.stream()
                        .filter(it -> it.getMetadata().getDeletionTimestamp() == null)
                        .filter(it -> TargetSelector.of(it).matches(pod))
                        .collect(toList());
        Optional<PodAnnotations.AnnotationResult> own =
                PodAnnotations.read(PodFields.annotations(pod));
        if (meant.size() + (own.isPresent() ? 1 : 0) != 1) return Optional.empty();
        Optional<String> object = meant.stream().findFirst().map(it -> it.getMetadata().getName());
        Optional<ScalingTerms> terms =
                own.isPresent() ? own.get().terms() : terms(meant.getFirst());
        if (terms.isEmpty()
                || terms.get().mode() != ScalingMode.AUTO
                || !PodFields.canEverBeResized(pod, terms.get(), isGuaranteed))
            return Optional.empty();
        TargetSource source =
                object.<TargetSource>map(TargetSource.Named::new)
                        .orElseGet(TargetSource.Annotations::new);
        ScaledPod chosen = terms.get().chosen(name(pod), "", PodFields.isManaged(pod), source);
        return Optional.of(new NewPodTarget(chosen, object, index(pod, chosen.container())));
    }

    private static Optional<ScalingTerms> terms(PostgresAutoscaler object) {
        return PlannedTarget.of(
                        new PlanTarget(
                                object.getMetadata().getNamespace(),
                                object.getMetadata().getName(),
                                object.findSpec().orElse(null),
                                List.of()))
                .terms();
    }

    private static PodName name(Pod pod) {
        String name = pod.getMetadata().getName();
        return new PodName(
                String.valueOf(pod.getMetadata().getNamespace()), name == null ? "" : name);
    }

    private static int index(Pod pod, String container) {
        List<String> names =
                new ArrayList<>(
                        pod.getSpec().getContainers().stream().map(Container::getName).toList());
        return names.indexOf(container);
    }
}
