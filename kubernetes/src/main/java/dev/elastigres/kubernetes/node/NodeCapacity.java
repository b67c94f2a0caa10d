package dev.elastigres.kubernetes.node;

import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.ScaledPod;
import dev.elastigres.kubernetes.targets.ScalingMode;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/// What of a node there is for the containers that are scaled: what it may give, less what
/// everybody else asks of it. More than that the kubelet would put off.
public final class NodeCapacity {
    private NodeCapacity() {}

    /// @param allocatable what the node gives to pods in all
    /// @param pods of the node
    /// @param chosen those that are scaled; what only gets recommendations, or does not run, is one
    ///     of the others
    public static Resources of(
            Resources allocatable, Collection<Pod> pods, Map<PodName, ScaledPod> chosen) {
        Resources others = Resources.ZERO;
        for (Pod pod : pods)
            others =
                    others.plus(
                            scaled(pod, chosen)
                                    .map(it -> PodRequests.without(pod, it.container()))
                                    .orElseGet(() -> PodRequests.of(pod)));
        return allocatable.minus(others);
    }

    private static Optional<ScaledPod> scaled(Pod pod, Map<PodName, ScaledPod> chosen) {
        return Optional.ofNullable(chosen.get(PodName.of(pod)))
                .filter(it -> it.mode() == ScalingMode.AUTO)
                .filter(it -> it.uid().equals(pod.getMetadata().getUid()))
                .filter(it -> PodContainer.of(pod, it.container()).isPresent());
    }
}
