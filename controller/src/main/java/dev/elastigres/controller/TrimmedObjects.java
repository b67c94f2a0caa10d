package dev.elastigres.controller;

import dev.elastigres.core.units.Resources;
import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.node.PodRequests;
import dev.elastigres.kubernetes.node.ResourceAmounts;
import dev.elastigres.kubernetes.targets.ContainerStates;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.api.model.NodeSpec;
import io.fabric8.kubernetes.api.model.NodeStatus;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reduces API objects to the fields that the controller reads.
final class TrimmedObjects {
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    /// Kinds of the owners of pods that belong to their node.
    private static final Set<String> NODE_OWNERS = Set.of("DaemonSet", "Node");

    private TrimmedObjects() {}

    private static ObjectMetaBuilder identity(ObjectMeta all) {
        return new ObjectMetaBuilder()
                .withNamespace(all.getNamespace())
                .withName(all.getName())
                .withUid(all.getUid())
                .withResourceVersion(all.getResourceVersion())
                .withGeneration(all.getGeneration())
                .withDeletionTimestamp(all.getDeletionTimestamp());
    }

    static Pod pod(Pod all) {
        List<OwnerReference> owners = all.getMetadata().getOwnerReferences();
        List<ContainerStatus> oomKilled = oomKilled(all);
        return new PodBuilder()
                .withMetadata(
                        identity(all.getMetadata())
                                .withLabels(all.getMetadata().getLabels())
                                .withOwnerReferences(owners == null ? List.of() : owners)
                                .build())
                .withNewSpec()
                .withNodeName(all.getSpec() == null ? null : all.getSpec().getNodeName())
                .withContainers(oomKilled.isEmpty() ? List.of() : all.getSpec().getContainers())
                .withResources(isNodePod(owners) ? requests(all) : null)
                .endSpec()
                .withNewStatus()
                .withPhase(all.getStatus() == null ? null : all.getStatus().getPhase())
                .withContainerStatuses(oomKilled)
                .endStatus()
                .build();
    }

    /// Returns the states of the containers that were OOM-killed at the end of their last start.
    private static List<ContainerStatus> oomKilled(Pod all) {
        if (all.getSpec() == null
                || all.getStatus() == null
                || all.getStatus().getContainerStatuses() == null) return List.of();
        return all.getStatus().getContainerStatuses().stream()
                .filter(it -> ContainerStates.oomKill(it).isPresent())
                .toList();
    }

    /// Returns whether the pod is one that each node has, of a DaemonSet or of the kubelet itself.
    private static boolean isNodePod(@Nullable List<OwnerReference> owners) {
        return owners != null
                && owners.stream()
                        .filter(it -> Boolean.TRUE.equals(it.getController()))
                        .anyMatch(it -> NODE_OWNERS.contains(it.getKind()));
    }

    /// Returns the sum of the pod's requests, in the form of pod-level requests.
    private static ResourceRequirements requests(Pod all) {
        Resources sum = PodRequests.of(all);
        return new ResourceRequirementsBuilder()
                .withRequests(
                        ResourceAmounts.quantities(
                                Map.of(
                                        ResourceAmounts.CPU,
                                        ResourceAmounts.cpuText(sum.vcpus()),
                                        ResourceAmounts.MEMORY,
                                        ResourceAmounts.memoryText(sum.memory()))))
                .build();
    }

    /// Returns whether the same objects select both versions of a pod, on the same node.
    static boolean isSamePod(Pod one, Pod other) {
        return Objects.equals(one.getMetadata().getUid(), other.getMetadata().getUid())
                && Objects.equals(one.getSpec().getNodeName(), other.getSpec().getNodeName())
                && Objects.equals(one.getMetadata().getLabels(), other.getMetadata().getLabels())
                && Objects.equals(
                        one.getMetadata().getOwnerReferences(),
                        other.getMetadata().getOwnerReferences())
                && one.getStatus()
                        .getContainerStatuses()
                        .equals(other.getStatus().getContainerStatuses())
                && isOver(one) == isOver(other);
    }

    private static boolean isOver(Pod pod) {
        return ENDED.contains(String.valueOf(pod.getStatus().getPhase()));
    }

    static PostgresAutoscaler autoscaler(PostgresAutoscaler all) {
        var kept = new PostgresAutoscaler();
        kept.setMetadata(identity(all.getMetadata()).build());
        all.findSpec().ifPresent(kept::setSpec);
        all.written().ifPresent(kept::setStatus);
        return kept;
    }

    /// Returns whether both versions select the same pods with the same terms, and have the same
    /// status.
    static boolean isSameAutoscaler(PostgresAutoscaler one, PostgresAutoscaler other) {
        return isSameSpec(one.getMetadata(), other.getMetadata())
                && one.written().equals(other.written());
    }

    static NodePlan plan(NodePlan all) {
        List<OwnerReference> owners = all.getMetadata().getOwnerReferences();
        var kept = new NodePlan();
        kept.setMetadata(
                identity(all.getMetadata())
                        .withOwnerReferences(owners == null ? List.of() : owners)
                        .build());
        all.findSpec().ifPresent(kept::setSpec);
        all.findStatus().ifPresent(kept::setStatus);
        return kept;
    }

    static boolean isSamePlan(NodePlan one, NodePlan other) {
        return isSameSpec(one.getMetadata(), other.getMetadata())
                && one.getMetadata()
                        .getOwnerReferences()
                        .equals(other.getMetadata().getOwnerReferences())
                && one.findStatus().equals(other.findStatus());
    }

    private static boolean isSameSpec(ObjectMeta one, ObjectMeta other) {
        return Objects.equals(one.getUid(), other.getUid())
                && Objects.equals(one.getGeneration(), other.getGeneration())
                && Objects.equals(one.getDeletionTimestamp(), other.getDeletionTimestamp());
    }

    static Node node(Node all) {
        return new NodeBuilder()
                .withMetadata(
                        identity(all.getMetadata())
                                .withGeneration(null)
                                .withLabels(all.getMetadata().getLabels())
                                .build())
                .withSpec(scheduling(all.getSpec()))
                .withNewStatus()
                .withAllocatable(all.getStatus() == null ? null : all.getStatus().getAllocatable())
                .withConditions(readiness(all.getStatus()))
                .endStatus()
                .build();
    }

    /// Returns what decides which pods the node takes.
    private static NodeSpec scheduling(@Nullable NodeSpec all) {
        var kept = new NodeSpec();
        if (all == null) return kept;
        kept.setUnschedulable(all.getUnschedulable());
        kept.setTaints(all.getTaints());
        return kept;
    }

    private static List<NodeCondition> readiness(@Nullable NodeStatus all) {
        return all == null || all.getConditions() == null
                ? List.of()
                : all.getConditions().stream().filter(it -> "Ready".equals(it.getType())).toList();
    }

    static boolean isSameNode(Node one, Node other) {
        return Objects.equals(one.getMetadata().getUid(), other.getMetadata().getUid());
    }
}
