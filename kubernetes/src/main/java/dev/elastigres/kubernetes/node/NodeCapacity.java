package dev.elastigres.kubernetes.node;

import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.targets.PodName;
import dev.elastigres.kubernetes.targets.ScaledPod;
import dev.elastigres.kubernetes.targets.ScalingMode;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/// Computes a node's capacity for scaled containers: the allocatable resources less all other
/// requests. The kubelet would defer any resize beyond it.
public final class NodeCapacity {
    private NodeCapacity() {}

    /// @param allocatable resources that the node gives to all pods together
    /// @param pods pods of the node
    /// @param chosen selected pods; one that is not in mode `AUTO`, or does not run, counts with
    ///     all its requests
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
