package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.Cgroup;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.node.PodContainer;
import java.util.List;
import java.util.Optional;

/// A container's size by the kubelet's word and by the kernel's.
///
/// @param size what is in force by both: of what differs, the one that is farther from what was
///     asked for
/// @param agree whether they are the same
record ObservedPodSize(Resources size, boolean agree) {
    /// The kernel keeps whole pages, of up to this size.
    private static final long PAGE = 64 * 1024;

    /// Linux takes no shorter quota, so that below this all are the same.
    private static final double MIN_CPUS = 0.01;

    private static final double ROUNDING = 0.0005;

    /// @param belowLimit sizes in memory that had a limit above them
    static ObservedPodSize of(
            PodContainer container,
            RequestRatios proportions,
            List<Bytes> belowLimit,
            Cgroup cgroup)
            throws DriverException.Failed, InterruptedException {
        Resources asked = proportions.size(container.desired(), belowLimit);
        Resources reported = proportions.size(container.actual(), belowLimit);
        Optional<Double> cpus = proportions.cpus().isPresent() ? cgroup.vcpus() : Optional.empty();
        Optional<Bytes> memory =
                proportions.memory().isPresent() ? cgroup.memory() : Optional.empty();
        // A limit above the size is as good as one that is equal to it.
        if (belowLimit.contains(reported.memory())) memory = memory.map(reported.memory()::min);
        return between(asked, reported, cpus, memory);
    }

    /// A container that does not run has no cgroup: the kubelet's word is all there is.
    static ObservedPodSize down(
            PodContainer container, RequestRatios proportions, List<Bytes> belowLimit) {
        return new ObservedPodSize(proportions.size(container.actual(), belowLimit), true);
    }

    /// @param cpus as the kernel limits them, where both do
    /// @param memory the same
    static ObservedPodSize between(
            Resources asked, Resources reported, Optional<Double> cpus, Optional<Bytes> memory) {
        double kernelCpus = cpus.orElse(reported.vcpus());
        if (isSame(kernelCpus, reported.vcpus())) kernelCpus = reported.vcpus();
        Bytes kernelMemory = memory.orElse(reported.memory());
        if (isSame(kernelMemory, reported.memory())) kernelMemory = reported.memory();
        var kernel = new Resources(kernelCpus, kernelMemory).inThousandths();
        Resources low = kernel.min(reported);
        Resources high = kernel.max(reported);
        var size =
                new Resources(
                        asked.vcpus() <= low.vcpus() ? high.vcpus() : low.vcpus(),
                        low.memory().isLessThan(asked.memory()) ? low.memory() : high.memory());
        return new ObservedPodSize(size, kernel.equals(reported));
    }

    static boolean isSame(double one, double other) {
        return Math.abs(one - other) < ROUNDING || Math.max(one, other) <= MIN_CPUS + ROUNDING;
    }

    static boolean isSame(Bytes one, Bytes other) {
        return Math.abs(one.value() - other.value()) < PAGE;
    }
}
