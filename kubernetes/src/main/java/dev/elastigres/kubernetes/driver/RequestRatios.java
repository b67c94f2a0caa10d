package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.permits.HostShare;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.kubernetes.node.ResourceAmounts;
import dev.elastigres.kubernetes.node.ResourceValues;
import dev.elastigres.kubernetes.targets.ControlledResources;
import dev.elastigres.kubernetes.targets.ControlledValues;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// The ratio of a container's requests to its size, for each resource. The ratios stay the same at
/// every size, so that the pod keeps its QoS class.
///
/// @param cpus CPU request divided by the CPU limit; empty if the size is the request, and a limit,
///     if any, does not change
/// @param memory memory request divided by the memory limit; empty as for CPUs
public record RequestRatios(Optional<Double> cpus, Optional<Double> memory) {
    private static final double MIN_CPUS = 0.001;
    private static final Bytes MIN_MEMORY = Bytes.ofMebibytes(1);

    /// @param template requests and limits of the container before any resize
    static RequestRatios of(
            PodContainer container, ResourceValues template, ControlledResources controlled) {
        return of(container.isGuaranteed(), template.or(container.desired()), controlled);
    }

    /// Returns the ratios of a container.
    ///
    /// @param guaranteed whether the pod's QoS class is Guaranteed
    /// @param values requests and limits of the container before any resize
    public static RequestRatios of(
            boolean guaranteed, ResourceValues values, ControlledResources controlled) {
        return new RequestRatios(
                hasControlledLimit(controlled.cpu(), values.limitedCpus())
                        ? Optional.of(guaranteed ? 1.0 : cpus(values))
                        : Optional.empty(),
                hasControlledLimit(controlled.memory(), values.limitedMemory())
                        ? Optional.of(guaranteed ? 1.0 : memory(values))
                        : Optional.empty());
    }

    private static boolean hasControlledLimit(ControlledValues values, Optional<?> limit) {
        return values == ControlledValues.REQUESTS_AND_LIMITS && limit.isPresent();
    }

    private static double cpus(ResourceValues values) {
        return part(values.requestedCpus().orElse(0.0), values.limitedCpus().orElseThrow());
    }

    private static double memory(ResourceValues values) {
        return part(
                (double) values.requestedMemory().orElse(Bytes.ZERO).value(),
                (double) values.limitedMemory().orElseThrow().value());
    }

    private static double part(double request, double limit) {
        return limit <= 0 ? 1 : Math.clamp(request / limit, 0, 1);
    }

    /// Returns the share of a size that counts against the node's budget: the requests.
    HostShare share() {
        return new HostShare(cpus.orElse(1.0), memory.orElse(1.0));
    }

    /// Returns whether the memory limit may exceed the size. It may if the request identifies the
    /// size.
    boolean letsLimitExceedSize(PodContainer container) {
        return !container.isGuaranteed() && memory.filter(it -> it > 0).isPresent();
    }

    /// Returns the size that these requests and limits represent.
    ///
    /// @param belowLimit memory sizes that were set with a limit above them
    public Resources size(ResourceValues values, List<Bytes> belowLimit) {
        double sizeCpus =
                cpus.isPresent()
                        ? values.limitedCpus().orElse(MIN_CPUS)
                        : Math.max(MIN_CPUS, values.requestedCpus().orElse(MIN_CPUS));
        if (memory.isEmpty())
            return new Resources(
                    sizeCpus,
                    values.requestedMemory()
                            .orElse(Bytes.ZERO)
                            .roundedUpToMebibytes()
                            .max(MIN_MEMORY));
        Bytes limit = values.limitedMemory().orElse(MIN_MEMORY);
        return new Resources(
                sizeCpus,
                belowLimit.stream()
                        .filter(it -> it.isLessThan(limit))
                        .filter(it -> isRequestOf(it, values))
                        .findFirst()
                        .orElse(limit));
    }

    private boolean isRequestOf(Bytes size, ResourceValues values) {
        return values.requestedMemory().filter(requestedMemory(size)::equals).isPresent();
    }

    /// Returns the requests and limits of a size.
    ///
    /// @param memoryLimit the memory limit, at least the size's memory
    public ContainerResources resources(Resources size, Bytes memoryLimit) {
        var requests = new LinkedHashMap<String, String>();
        var limits = new LinkedHashMap<String, String>();
        double requestedCpus = cpus.orElse(1.0) * size.vcpus();
        if (requestedCpus > 0)
            requests.put(
                    ResourceAmounts.CPU,
                    ResourceAmounts.cpuText(Math.max(MIN_CPUS, requestedCpus)));
        if (cpus.isPresent())
            limits.put(ResourceAmounts.CPU, ResourceAmounts.cpuText(size.vcpus()));
        Bytes requestedMemory = requestedMemory(size.memory());
        if (!requestedMemory.equals(Bytes.ZERO))
            requests.put(ResourceAmounts.MEMORY, ResourceAmounts.memoryText(requestedMemory));
        if (memory.isPresent())
            limits.put(ResourceAmounts.MEMORY, ResourceAmounts.memoryText(memoryLimit));
        return new ContainerResources(requests, limits);
    }

    /// Returns the memory request of a size, rounded down to whole mebibytes unless that is zero.
    Bytes requestedMemory(Bytes size) {
        double part = memory.orElse(1.0);
        if (part >= 1) return size;
        Bytes exact = size.times(part);
        Bytes whole = exact.roundedDownToMebibytes();
        return whole.equals(Bytes.ZERO) ? exact : whole;
    }
}
