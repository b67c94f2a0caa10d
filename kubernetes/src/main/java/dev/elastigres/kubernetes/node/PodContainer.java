package dev.elastigres.kubernetes.node;

import dev.elastigres.kubernetes.targets.ContainerStates;
import dev.elastigres.kubernetes.targets.PodName;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A container of a pod, as last seen from the API server: it is running, or was OOM-killed and is
/// about to restart.
///
/// @param id container ID without the name of the runtime: hexadecimal, different for each start;
///     while the container is not running, the ID of its last start
public record PodContainer(Pod pod, Container container, ContainerStatus status, String id) {
    private static final Pattern ID = Pattern.compile("[a-z0-9.-]{1,63}://([0-9a-f]{1,128})");

    /// Returns the container; empty if it is neither running nor OOM-killed, or if its pod is being
    /// deleted.
    public static Optional<PodContainer> of(Pod pod, String container) {
        if (pod.getMetadata().getDeletionTimestamp() != null
                || pod.getSpec() == null
                || pod.getStatus() == null) return Optional.empty();
        Optional<Container> found =
                pod.getSpec().getContainers().stream()
                        .filter(it -> container.equals(it.getName()))
                        .findFirst();
        if (found.isEmpty()) return Optional.empty();
        for (ContainerStatus each : pod.getStatus().getContainerStatuses())
            if (container.equals(each.getName())
                    && (ContainerStates.isRunning(each)
                            || ContainerStates.isDownAfterOomKill(each))) {
                Matcher id = ID.matcher(String.valueOf(each.getContainerID()));
                if (id.matches())
                    return Optional.of(new PodContainer(pod, found.get(), each, id.group(1)));
            }
        return Optional.empty();
    }

    public boolean isRunning() {
        return ContainerStates.isRunning(status);
    }

    /// Returns how the container was OOM-killed at the end of its last start, if it was.
    public Optional<ContainerStateTerminated> oomKill() {
        return ContainerStates.oomKill(status);
    }

    /// Returns when the agent last resized the pod; empty if it never did.
    public Optional<Instant> resizedAt() {
        List<ManagedFieldsEntry> all = pod.getMetadata().getManagedFields();
        if (all == null) return Optional.empty();
        return all.stream()
                .filter(it -> ApiClient.MANAGER.equals(it.getManager()))
                .filter(it -> ApiClient.RESIZE_SUBRESOURCE.equals(it.getSubresource()))
                .flatMap(it -> Instants.parse(it.getTime()).stream())
                .max(Comparator.naturalOrder());
    }

    public PodName name() {
        return PodName.of(pod);
    }

    public String uid() {
        return pod.getMetadata().getUid();
    }

    /// Returns an identifier of this start of this container of this pod.
    public String life() {
        return uid() + "/" + id;
    }

    public long generation() {
        Long generation = pod.getMetadata().getGeneration();
        return generation == null ? 0 : generation;
    }

    public String resourceVersion() {
        return String.valueOf(pod.getMetadata().getResourceVersion());
    }

    public boolean isGuaranteed() {
        return "Guaranteed".equals(pod.getStatus().getQosClass());
    }

    /// Returns the requests and limits in the pod's specification.
    public ResourceValues desired() {
        return ResourceValues.of(
                requests(container.getResources()), limits(container.getResources()));
    }

    /// Returns the requests and limits that the kubelet reports as applied. Values that it does not
    /// report come from the specification.
    public ResourceValues actual() {
        ResourceRequirements reported = status.getResources();
        if (reported == null) return desired();
        return ResourceValues.of(status.getAllocatedResources(), null)
                .or(ResourceValues.of(requests(reported), limits(reported)))
                .or(desired());
    }

    /// Returns whether the kubelet reports these requests and limits as applied. For a container
    /// that is not running the kubelet may report nothing; the container starts with the values of
    /// the specification, so the result is then true.
    public boolean reports(Map<String, String> requests, Map<String, String> limits) {
        ResourceRequirements reported = status.getResources();
        if (reported == null) return !isRunning();
        return ResourceAmounts.has(limits(reported), limits)
                && (ResourceAmounts.has(requests(reported), requests)
                        || ResourceAmounts.has(status.getAllocatedResources(), requests));
    }

    private static @Nullable Map<String, Quantity> limits(
            @Nullable ResourceRequirements requirements) {
        return requirements == null ? null : requirements.getLimits();
    }

    private static @Nullable Map<String, Quantity> requests(
            @Nullable ResourceRequirements requirements) {
        return requirements == null ? null : requirements.getRequests();
    }
}
