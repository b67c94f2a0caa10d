package dev.elastigres.kubernetes.node;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.targets.PodName;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// One container of a pod that runs, as the API server showed it last.
///
/// @param id the container runtime's, without the runtime: hexadecimal, another for each start
public record PodContainer(Pod pod, Container container, ContainerStatus status, String id) {
    private static final Pattern ID = Pattern.compile("[a-z0-9.-]{1,63}://([0-9a-f]{1,128})");
    private static final double LEAST_CPUS = 0.001;
    private static final Bytes LEAST_MEMORY = Bytes.ofMebibytes(1);

    /// Empty when it does not run, or its pod is about to end.
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
            if (container.equals(each.getName()) && isRunning(each)) {
                Matcher id = ID.matcher(String.valueOf(each.getContainerID()));
                if (id.matches())
                    return Optional.of(new PodContainer(pod, found.get(), each, id.group(1)));
            }
        return Optional.empty();
    }

    private static boolean isRunning(ContainerStatus status) {
        return status.getState() != null && status.getState().getRunning() != null;
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

    /// What was asked for; where there is no limit, what it is promised.
    public Resources asked() {
        Map<String, Quantity> limits = limits(container.getResources());
        return new Resources(
                Amounts.cpus(limits).orElseGet(this::promisedCpus),
                Amounts.memory(limits).orElseGet(this::promisedMemory));
    }

    /// What the kubelet says it has; where there is no limit, what it is promised.
    public Resources reported() {
        Map<String, Quantity> limits = limits(reportedRequirements());
        Resources asked = asked();
        return new Resources(
                hasCpuLimit() ? Amounts.cpus(limits).orElse(asked.vcpus()) : asked.vcpus(),
                hasMemoryLimit() ? Amounts.memory(limits).orElse(asked.memory()) : asked.memory());
    }

    private @Nullable ResourceRequirements reportedRequirements() {
        return status.getResources() == null ? container.getResources() : status.getResources();
    }

    public boolean hasCpuLimit() {
        return Amounts.cpus(limits(container.getResources())).isPresent();
    }

    public boolean hasMemoryLimit() {
        return Amounts.memory(limits(container.getResources())).isPresent();
    }

    public Optional<Double> requestedCpus() {
        return Amounts.cpus(requests(container.getResources()));
    }

    public Optional<Bytes> requestedMemory() {
        return Amounts.memory(requests(container.getResources()));
    }

    private double promisedCpus() {
        return requestedCpus().filter(it -> it > 0).orElse(LEAST_CPUS);
    }

    private Bytes promisedMemory() {
        return requestedMemory().orElse(Bytes.ZERO).roundedUpToMebibytes().max(LEAST_MEMORY);
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
