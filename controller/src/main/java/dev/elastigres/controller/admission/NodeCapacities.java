package dev.elastigres.controller.admission;

import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.eviction.NodeFit;
import dev.elastigres.kubernetes.node.PodRequests;
import dev.elastigres.kubernetes.node.ResourceAmounts;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What each node can give to pods: its allocatable resources without the requests of the pods that
/// belong to it, such as those of DaemonSets. Other pods do not count: they can move.
///
/// @param nodes the nodes with their capacities
record NodeCapacities(List<PodCapacity> nodes) {
    static final NodeCapacities NONE = new NodeCapacities(List.of());

    record PodCapacity(Node node, Resources capacity) {}

    /// @param pods all pods; those that belong to a node have pod-level requests, others none
    static NodeCapacities of(Collection<Node> nodes, Collection<Pod> pods) {
        Map<String, Resources> taken = new HashMap<>();
        for (Pod each : pods) {
            String node = each.getSpec().getNodeName();
            if (node != null && each.getSpec().getResources() != null)
                taken.merge(node, PodRequests.of(each), Resources::plus);
        }
        return new NodeCapacities(
                nodes.stream()
                        .filter(it -> it.getStatus() != null && it.getSpec() != null)
                        .map(
                                it ->
                                        new PodCapacity(
                                                it,
                                                ResourceAmounts.of(it.getStatus().getAllocatable())
                                                        .minus(
                                                                taken.getOrDefault(
                                                                        it.getMetadata().getName(),
                                                                        Resources.ZERO))))
                        .toList());
    }

    /// Returns the capacities of the nodes that may run the pod. Volumes are not read.
    List<Resources> of(Pod pod) {
        return nodes.stream()
                .filter(it -> NodeFit.mayTake(it.node, pod, List.of()))
                .map(PodCapacity::capacity)
                .toList();
    }
}
