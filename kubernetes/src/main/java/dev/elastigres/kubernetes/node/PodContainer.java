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

/// One container of a pod that runs, or was killed for want of memory and is about to run again, as
/// the API server showed it last.
///
/// @param id the container runtime's, without the runtime: hexadecimal, another for each start; of
///     its last start while it does not run
public record PodContainer(Pod pod, Container container, ContainerStatus status, String id) {
    private static final Pattern ID = Pattern.compile("[a-z0-9.-]{1,63}://([0-9a-f]{1,128})");

    /// Empty when it neither runs nor was killed for want of memory, or its pod is about to end.
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

    /// How it was killed for want of memory at the end of its last start, if so.
    public Optional<ContainerStateTerminated> oomKill() {
        return ContainerStates.oomKill(status);
    }

    /// When the agent last changed the pod's resources; empty when it never did.
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

    /// This start of this container of this very pod.
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

    /// What is asked for.
    public ResourceValues desired() {
        return ResourceValues.of(
                requests(container.getResources()), limits(container.getResources()));
    }

    /// What the kubelet says is in force. Where it says nothing, what is asked for.
    public ResourceValues actual() {
        ResourceRequirements reported = status.getResources();
        if (reported == null) return desired();
        return ResourceValues.of(status.getAllocatedResources(), null)
                .or(ResourceValues.of(requests(reported), limits(reported)))
                .or(desired());
    }

    /// Whether the kubelet says that these requests and limits are in force. Of a container that
    /// does not run it may say nothing: it starts with what is asked for.
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
