package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.permits.Claim;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.node.Amounts;
import dev.elastigres.kubernetes.node.PodContainer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Which part of its limits a container requests. It is kept whatever its size, so that its pod
/// stays in its class of service.
///
/// @param cpus empty without a limit: then it is left alone
/// @param memory the same
record Proportions(Optional<Double> cpus, Optional<Double> memory) {
    private static final double LEAST_CPUS = 0.001;

    static Proportions of(PodContainer container) {
        if (container.isGuaranteed()) return new Proportions(Optional.of(1.0), Optional.of(1.0));
        Resources limits = container.asked();
        return new Proportions(
                container.hasCpuLimit() ? cpus(container, limits) : Optional.empty(),
                container.hasMemoryLimit() ? memory(container, limits) : Optional.empty());
    }

    private static Optional<Double> cpus(PodContainer container, Resources limits) {
        return Optional.of(part(container.requestedCpus().orElse(0.0), limits.vcpus()));
    }

    private static Optional<Double> memory(PodContainer container, Resources limits) {
        Bytes request = container.requestedMemory().orElse(Bytes.ZERO);
        return Optional.of(part((double) request.value(), (double) limits.memory().value()));
    }

    private static double part(double request, double limit) {
        return limit <= 0 ? 1 : Math.clamp(request / limit, 0, 1);
    }

    /// What of a size counts where room on the node is handed out: what is requested. Without a
    /// limit the size is what is requested.
    Claim claim() {
        return new Claim(cpus.orElse(1.0), memory.orElse(1.0));
    }

    /// With nothing to change there is nothing to resize.
    boolean areFixed() {
        return cpus.isEmpty() && memory.isEmpty();
    }

    Map<String, String> limits(Resources size) {
        var limits = new LinkedHashMap<String, String>();
        if (cpus.isPresent()) limits.put(Amounts.CPU, Amounts.cpuText(size.vcpus()));
        if (memory.isPresent()) limits.put(Amounts.MEMORY, Amounts.memoryText(size.memory()));
        return limits;
    }

    /// Those that are there at all.
    Map<String, String> requests(Resources size) {
        var requests = new LinkedHashMap<String, String>();
        cpus.filter(it -> it > 0)
                .map(it -> Math.max(LEAST_CPUS, it * size.vcpus()))
                .ifPresent(it -> requests.put(Amounts.CPU, Amounts.cpuText(it)));
        memory.filter(it -> it > 0)
                .map(it -> requested(it, size.memory()))
                .ifPresent(it -> requests.put(Amounts.MEMORY, Amounts.memoryText(it)));
        return requests;
    }

    private static Bytes requested(double part, Bytes limit) {
        if (part >= 1) return limit;
        Bytes exact = limit.times(part);
        Bytes whole = exact.roundedDownToMebibytes();
        return whole.equals(Bytes.ZERO) ? exact : whole;
    }
}
