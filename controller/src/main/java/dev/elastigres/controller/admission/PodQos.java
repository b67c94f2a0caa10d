package dev.elastigres.controller.admission;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.kubernetes.node.ResourceValues;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Computes the QoS class of a pod that does not exist yet, as far as it can change: a pod whose
/// container has a memory limit is Guaranteed or Burstable.
final class PodQos {
    private PodQos() {}

    /// Returns whether all containers have CPU and memory limits, and requests equal to them.
    static boolean isGuaranteed(Pod pod) {
        return areGuaranteed(pod.getSpec().getContainers())
                && areGuaranteed(pod.getSpec().getInitContainers());
    }

    private static boolean areGuaranteed(@Nullable List<Container> containers) {
        return containers == null || containers.stream().allMatch(it -> isGuaranteed(values(it)));
    }

    private static boolean isGuaranteed(ResourceValues values) {
        return values.limitedCpus().filter(it -> it > 0).isPresent()
                && values.limitedMemory().filter(it -> !it.equals(Bytes.ZERO)).isPresent()
                && values.requestedCpus().or(values::limitedCpus).equals(values.limitedCpus())
                && values.requestedMemory()
                        .or(values::limitedMemory)
                        .equals(values.limitedMemory());
    }

    /// Returns the requests and limits of a container.
    static ResourceValues values(Container container) {
        ResourceRequirements resources = container.getResources();
        return resources == null
                ? ResourceValues.of(null, null)
                : ResourceValues.of(resources.getRequests(), resources.getLimits());
    }
}
