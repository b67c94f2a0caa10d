package dev.elastigres.kubernetes.driver;

import dev.elastigres.agent.driver.Cgroup;
import dev.elastigres.agent.driver.DiscoveredVm.SizeBounds;
import dev.elastigres.agent.driver.DriverException;
import dev.elastigres.agent.permits.HostShare;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.driver.PodRecord.UnconfirmedResize;
import dev.elastigres.kubernetes.node.PodContainer;
import dev.elastigres.kubernetes.node.ResourceAmounts;
import dev.elastigres.kubernetes.node.ResourceValues;
import dev.elastigres.kubernetes.node.TemplateSizes;
import dev.elastigres.kubernetes.targets.AllowedSize;
import dev.elastigres.kubernetes.targets.ScaledPod;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Computes the sizes of pods: in force, requested, and possible.
final class PodSizes {
    private static final Resources GRAIN = new Resources(0.001, Bytes.ofMebibytes(1));

    private final PodRecords records;
    private final TemplateSizes templates;
    private final CgroupTree cgroups;
    private final Supplier<Optional<Resources>> room;

    /// @param room the node's budget for scaled pods, as requests; empty if it is unknown
    PodSizes(
            PodRecords records,
            TemplateSizes templates,
            CgroupTree cgroups,
            Supplier<Optional<Resources>> room) {
        this.records = records;
        this.templates = templates;
        this.cgroups = cgroups;
        this.room = room;
    }

    /// Returns the size in force, as reported by the kubelet and the kernel.
    Resources inForce(TrackedPod pod) throws DriverException, InterruptedException {
        PodRecord record = records.of(pod);
        PodContainer container = pod.container();
        ObservedPodSize observed =
                container.isRunning()
                        ? ObservedPodSize.of(
                                container, record.ratios(), record.belowLimit(), cgroup(container))
                        : ObservedPodSize.down(container, record.ratios(), record.belowLimit());
        return observed.size();
    }

    /// Returns the requested size: that of an unconfirmed resize while it may still take effect,
    /// otherwise that of the pod's specification.
    Resources requested(TrackedPod pod, Moment now) {
        PodRecord record = records.of(pod);
        PodContainer container = pod.container();
        Resources requested = record.ratios().size(container.desired(), record.belowLimit());
        if (record.unconfirmed().isEmpty()) return requested;
        UnconfirmedResize unconfirmed = record.unconfirmed().get();
        if (unconfirmed.resourceVersion().equals(container.resourceVersion())
                && now.isBefore(unconfirmed.until())) return unconfirmed.target();
        records.update(pod, it -> it.withUnconfirmed(Optional.empty()));
        return requested;
    }

    /// Returns the minimum and maximum size. For a resource without a minimum of its owner, the
    /// pod's template is the minimum.
    SizeBounds bounds(TrackedPod pod) {
        ScaledPod chosen = pod.chosen();
        PodRecord record = records.of(pod);
        AllowedSize set = chosen.limits().min();
        boolean complete = set.cpus().isPresent() && set.memory().isPresent();
        Resources min =
                complete
                        ? set.orElse(Resources.ZERO)
                        : set.orElse(
                                record.ratios().size(templates.of(pod.container()), List.of()));
        Resources max = chosen.limits().max().max(min);
        if (record.cap().isPresent()) max = max.min(maxOnNode(pod, record.cap().get()));
        max = belowFixedLimits(max, pod.container().desired(), record.ratios());
        // A node that cannot hold the owner's minimum lowers the minimum, too.
        return new SizeBounds(min.min(max), max, GRAIN);
    }

    /// Limits `max` by the limits that the driver does not change: a request cannot exceed its
    /// limit.
    private static Resources belowFixedLimits(
            Resources max, ResourceValues values, RequestRatios ratios) {
        Resources lowered = max;
        if (ratios.cpus().isEmpty() && values.limitedCpus().isPresent())
            lowered = lowered.min(new Resources(values.limitedCpus().get(), lowered.memory()));
        if (ratios.memory().isEmpty() && values.limitedMemory().isPresent())
            lowered = lowered.min(new Resources(lowered.vcpus(), values.limitedMemory().get()));
        return lowered;
    }

    /// Returns the largest size that fits the node's budget if no other pod is scaled, at least
    /// `cap`.
    private Resources maxOnNode(TrackedPod pod, Resources cap) {
        HostShare share = records.of(pod).ratios().share();
        return room.get().map(it -> sizeRequesting(it, share)).orElse(cap).max(cap);
    }

    private static Resources sizeRequesting(Resources requests, HostShare share) {
        return new Resources(
                        share.cpus() > 0 ? requests.vcpus() / share.cpus() : requests.vcpus(),
                        share.memory() > 0
                                ? requests.memory().times(1 / share.memory())
                                : requests.memory())
                .inThousandths();
    }

    /// Returns whether the kernel has the limits of `desired`. A container that is not running has
    /// no cgroup, so the result is true.
    boolean isInKernel(PodContainer container, ContainerResources desired)
            throws DriverException, InterruptedException {
        if (!container.isRunning()) return true;
        Cgroup cgroup = cgroup(container);
        var limits = ResourceAmounts.quantities(desired.limits());
        Optional<Double> cpus = ResourceAmounts.cpus(limits);
        Optional<Bytes> memory = ResourceAmounts.memory(limits);
        return (cpus.isEmpty()
                        || ObservedPodSize.isSame(
                                cpus.get(), cgroup.vcpus().orElse(Double.MAX_VALUE)))
                && (memory.isEmpty()
                        || ObservedPodSize.isSame(memory.get(), cgroup.memory().orElse(Bytes.MAX)));
    }

    Cgroup cgroup(PodContainer container) throws DriverException {
        Optional<Cgroup> found = cgroups.of(container.uid(), container.id());
        if (found.isPresent()) return found.get();
        throw new DriverException.Failed(
                "no cgroup of container %s in the tree of --path.cgroup".formatted(container.id()));
    }
}
