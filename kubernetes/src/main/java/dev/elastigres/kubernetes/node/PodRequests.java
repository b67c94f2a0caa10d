package dev.elastigres.kubernetes.node;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Computes the resources that a pod takes from its node, as the scheduler and the kubelet count
/// them: the sum of its containers and sidecars, or the maximum during its initialization,
/// whichever is larger, plus its overhead. While a container is resized, the largest of its actual,
/// allocated and requested resources counts. A request that the node can never grant does not
/// count.
public final class PodRequests {
    private static final Set<String> ENDED_PHASES = Set.of("Succeeded", "Failed");

    private PodRequests() {}

    /// Returns the pod's requests; zero after the pod has ended.
    public static Resources of(Pod pod) {
        return of(pod, Optional.empty());
    }

    /// Returns the pod's requests without those of this container.
    public static Resources without(Pod pod, String container) {
        return of(pod, Optional.of(container));
    }

    private static Resources of(Pod pod, Optional<String> except) {
        PodSpec spec = pod.getSpec();
        if (spec == null || hasEnded(pod)) return Resources.ZERO;
        Resources running = Resources.ZERO;
        for (Container each : spec.getContainers())
            if (!except.equals(Optional.of(each.getName())))
                running = running.plus(requests(pod, each));
        Resources sidecars = Resources.ZERO;
        Resources beginning = Resources.ZERO;
        for (Container each : spec.getInitContainers()) {
            Resources its = requests(pod, each);
            if ("Always".equals(each.getRestartPolicy())) {
                sidecars = sidecars.plus(its);
                beginning = beginning.max(sidecars);
            } else {
                beginning = beginning.max(sidecars.plus(its));
            }
        }
        Resources all = running.plus(sidecars).max(beginning);
        if (except.isEmpty()) all = withPodLevelRequests(spec, all);
        return all.plus(ResourceAmounts.of(spec.getOverhead()));
    }

    /// Replaces the sum over the containers by the pod-level requests, where the pod has any.
    private static Resources withPodLevelRequests(PodSpec spec, Resources sum) {
        ResourceRequirements whole = spec.getResources();
        if (whole == null) return sum;
        Map<String, Quantity> requests = whole.getRequests();
        return new Resources(
                ResourceAmounts.cpus(requests).orElse(sum.vcpus()),
                ResourceAmounts.memory(requests).orElse(sum.memory()));
    }

    private static boolean hasEnded(Pod pod) {
        return pod.getStatus() != null
                && ENDED_PHASES.contains(String.valueOf(pod.getStatus().getPhase()));
    }

    private static Resources requests(Pod pod, Container container) {
        Resources requested = ofRequirements(container.getResources());
        Optional<ContainerStatus> found = status(pod, container.getName());
        if (found.isEmpty()) return requested;
        ContainerStatus status = found.get();
        boolean isReported =
                status.getResources() != null || hasAny(status.getAllocatedResources());
        if (!isReported) return requested;
        Resources given =
                ofRequirements(status.getResources())
                        .max(ResourceAmounts.of(status.getAllocatedResources()));
        return isInfeasible(pod) ? given : given.max(requested);
    }

    private static boolean hasAny(@Nullable Map<String, Quantity> amounts) {
        return amounts != null && !amounts.isEmpty();
    }

    private static Optional<ContainerStatus> status(Pod pod, String container) {
        if (pod.getStatus() == null) return Optional.empty();
        for (List<ContainerStatus> some :
                List.of(
                        pod.getStatus().getContainerStatuses(),
                        pod.getStatus().getInitContainerStatuses()))
            for (ContainerStatus each : some)
                if (container.equals(each.getName())) return Optional.of(each);
        return Optional.empty();
    }

    private static boolean isInfeasible(Pod pod) {
        for (PodCondition each : pod.getStatus().getConditions())
            if ("PodResizePending".equals(each.getType())
                    && "Infeasible".equals(each.getReason())
                    && "True".equals(each.getStatus())) return true;
        return false;
    }

    private static Resources ofRequirements(@Nullable ResourceRequirements requirements) {
        return requirements == null
                ? new Resources(0, Bytes.ZERO)
                : ResourceAmounts.of(requirements.getRequests());
    }
}
