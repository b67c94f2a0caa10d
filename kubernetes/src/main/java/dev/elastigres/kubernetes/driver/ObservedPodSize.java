package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.Cgroup;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.node.PodContainer;
import java.util.List;
import java.util.Optional;

/// A container's size as reported by the kubelet and by the kernel.
///
/// @param size the size in force. Where the two reports differ, it is the value that is farther
///     from the requested size.
/// @param agree whether both reports are the same
record ObservedPodSize(Resources size, boolean agree) {
    /// Upper bound of the page size, in bytes; the kernel rounds memory limits to whole pages.
    private static final long PAGE = 64 * 1024;

    /// Minimum CPU quota of Linux, in CPUs; smaller values have the same quota.
    private static final double MIN_CPUS = 0.01;

    private static final double ROUNDING = 0.0005;

    /// Returns the size of a running container.
    ///
    /// @param belowLimit memory sizes that were set with a limit above them
    static ObservedPodSize of(
            PodContainer container,
            RequestRatios proportions,
            List<Bytes> belowLimit,
            Cgroup cgroup)
            throws DriverException.Failed, InterruptedException {
        Resources requested = proportions.size(container.desired(), belowLimit);
        Resources reported = proportions.size(container.actual(), belowLimit);
        Optional<Double> cpus = proportions.cpus().isPresent() ? cgroup.vcpus() : Optional.empty();
        Optional<Bytes> memory =
                proportions.memory().isPresent() ? cgroup.memory() : Optional.empty();
        // A limit above the size counts as equal to the size.
        if (belowLimit.contains(reported.memory())) memory = memory.map(reported.memory()::min);
        return between(requested, reported, cpus, memory);
    }

    /// Returns the size of a container that is not running, as the kubelet reports it. Such a
    /// container has no cgroup.
    static ObservedPodSize down(
            PodContainer container, RequestRatios proportions, List<Bytes> belowLimit) {
        return new ObservedPodSize(proportions.size(container.actual(), belowLimit), true);
    }

    /// Combines the reports of the kubelet and the kernel.
    ///
    /// @param requested the requested size
    /// @param reported the size that the kubelet reports
    /// @param cpus the kernel's CPU limit; empty if there is none or it does not define the size
    /// @param memory the kernel's memory limit, in the same way
    static ObservedPodSize between(
            Resources requested,
            Resources reported,
            Optional<Double> cpus,
            Optional<Bytes> memory) {
        double kernelCpus = cpus.orElse(reported.vcpus());
        if (isSame(kernelCpus, reported.vcpus())) kernelCpus = reported.vcpus();
        Bytes kernelMemory = memory.orElse(reported.memory());
        if (isSame(kernelMemory, reported.memory())) kernelMemory = reported.memory();
        var kernel = new Resources(kernelCpus, kernelMemory).inThousandths();
        Resources low = kernel.min(reported);
        Resources high = kernel.max(reported);
        var size =
                new Resources(
                        requested.vcpus() <= low.vcpus() ? high.vcpus() : low.vcpus(),
                        low.memory().isLessThan(requested.memory()) ? low.memory() : high.memory());
        return new ObservedPodSize(size, kernel.equals(reported));
    }

    static boolean isSame(double one, double other) {
        return Math.abs(one - other) < ROUNDING || Math.max(one, other) <= MIN_CPUS + ROUNDING;
    }

    static boolean isSame(Bytes one, Bytes other) {
        return Math.abs(one.value() - other.value()) < PAGE;
    }
}
