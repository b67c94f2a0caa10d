package dev.elastigres.controller.admission;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.node.PodRequests;
import dev.elastigres.kubernetes.node.ResourceAmounts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LimitRange;
import io.fabric8.kubernetes.api.model.LimitRangeItem;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What limits the resources of a new pod: the LimitRanges and ResourceQuotas of its namespace, and
/// the nodes. Scopes of quotas are not read: every quota counts.
///
/// @param nodes what the nodes that may run the pod can give to pods, each without the pods that
///     belong to the node
record NamespaceLimits(
        Collection<LimitRange> ranges,
        Collection<ResourceQuota> quotas,
        Collection<Resources> nodes) {
    private static final double ROUNDING = 1e-9;

    /// Returns whether the pod is within the limits. A limit that the pod does not approach more
    /// closely than `before` is not checked.
    ///
    /// @param before the pod as it would be created otherwise
    /// @param after the same pod with other resources of one container
    /// @param container index of that container
    boolean admits(Pod before, Pod after, int container) {
        return areRangesKept(after, after.getSpec().getContainers().get(container))
                && quotas.stream().allMatch(it -> hasRoom(it, before, after))
                && fitsNode(PodRequests.of(before), PodRequests.of(after));
    }

    private boolean fitsNode(Resources before, Resources after) {
        return before.covers(after) || nodes.stream().anyMatch(it -> it.covers(after));
    }

    // ---- LimitRange

    private boolean areRangesKept(Pod pod, Container container) {
        return ranges.stream()
                .filter(it -> it.getSpec() != null && it.getSpec().getLimits() != null)
                .flatMap(it -> it.getSpec().getLimits().stream())
                .allMatch(
                        it ->
                                switch (String.valueOf(it.getType())) {
                                    case "Container" ->
                                            isKept(it, requests(container), limits(container));
                                    case "Pod" -> isKept(it, PodRequests.of(pod), sumOfLimits(pod));
                                    default -> true;
                                });
    }

    private static boolean isKept(LimitRangeItem range, Resources requests, Resources limits) {
        Resources max = ResourceAmounts.of(range.getMax());
        Resources min = ResourceAmounts.of(range.getMin());
        Resources ratio = ResourceAmounts.of(range.getMaxLimitRequestRatio());
        return isKept(requests.vcpus(), limits.vcpus(), min.vcpus(), max.vcpus(), ratio.vcpus())
                && isKept(value(requests), value(limits), value(min), value(max), value(ratio));
    }

    /// Zero means that there is no such request or limit.
    private static boolean isKept(
            double request, double limit, double min, double max, double ratio) {
        if (max > 0 && (request > max + ROUNDING || limit > max + ROUNDING)) return false;
        if (min > 0 && (request < min - ROUNDING || (limit > 0 && limit < min - ROUNDING)))
            return false;
        return ratio <= 0 || limit <= 0 || request <= 0 || limit / request <= ratio + ROUNDING;
    }

    private static double value(Resources some) {
        return (double) some.memory().value();
    }

    private static Resources requests(Container container) {
        return container.getResources() == null
                ? Resources.ZERO
                : ResourceAmounts.of(container.getResources().getRequests());
    }

    private static Resources limits(Container container) {
        return container.getResources() == null
                ? Resources.ZERO
                : ResourceAmounts.of(container.getResources().getLimits());
    }

    private static Resources sumOfLimits(Pod pod) {
        Resources sum = sum(pod.getSpec().getContainers());
        List<Container> initial = pod.getSpec().getInitContainers();
        return initial == null ? sum : sum.max(sum(initial));
    }

    private static Resources sum(List<Container> containers) {
        return containers.stream()
                .map(NamespaceLimits::limits)
                .reduce(Resources.ZERO, Resources::plus);
    }

    // ---- ResourceQuota

    private static boolean hasRoom(ResourceQuota quota, Pod before, Pod after) {
        Map<String, Quantity> hard = quota.getSpec() == null ? null : quota.getSpec().getHard();
        Map<String, Quantity> used = quota.getStatus() == null ? null : quota.getStatus().getUsed();
        if (hard == null) return true;
        Resources requestsBefore = PodRequests.of(before);
        Resources requests = PodRequests.of(after);
        Resources limitsBefore = sumOfLimits(before);
        Resources limits = sumOfLimits(after);
        return hasRoom("", hard, used, requestsBefore, requests)
                && hasRoom("requests.", hard, used, requestsBefore, requests)
                && hasRoom("limits.", hard, used, limitsBefore, limits);
    }

    private static boolean hasRoom(
            String prefix,
            Map<String, Quantity> hard,
            @Nullable Map<String, Quantity> used,
            Resources before,
            Resources after) {
        Resources max = amounts(prefix, hard);
        Resources taken = amounts(prefix, used);
        boolean cpus =
                !hard.containsKey(prefix + ResourceAmounts.CPU)
                        || after.vcpus() <= before.vcpus()
                        || (isUsageKnown(prefix + ResourceAmounts.CPU, used)
                                && taken.vcpus() + after.vcpus() <= max.vcpus() + ROUNDING);
        boolean memory =
                !hard.containsKey(prefix + ResourceAmounts.MEMORY)
                        || !before.memory().isLessThan(after.memory())
                        || (isUsageKnown(prefix + ResourceAmounts.MEMORY, used)
                                && !max.memory().isLessThan(taken.memory().plus(after.memory())));
        return cpus && memory;
    }

    private static boolean isUsageKnown(String key, @Nullable Map<String, Quantity> used) {
        return used != null && used.containsKey(key);
    }

    private static Resources amounts(String prefix, @Nullable Map<String, Quantity> all) {
        if (all == null) return Resources.ZERO;
        Quantity cpu = all.get(prefix + ResourceAmounts.CPU);
        Quantity memory = all.get(prefix + ResourceAmounts.MEMORY);
        return new Resources(
                cpu == null ? 0 : ResourceAmounts.of(Map.of(ResourceAmounts.CPU, cpu)).vcpus(),
                memory == null
                        ? Bytes.ZERO
                        : ResourceAmounts.of(Map.of(ResourceAmounts.MEMORY, memory)).memory());
    }
}
