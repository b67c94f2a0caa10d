package dev.elastigres.controller;

import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// Reduces API objects to the fields that the controller reads.
final class TrimmedObjects {
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

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
        return new PodBuilder()
                .withMetadata(
                        identity(all.getMetadata())
                                .withLabels(all.getMetadata().getLabels())
                                .withOwnerReferences(owners == null ? List.of() : owners)
                                .build())
                .withNewSpec()
                .withNodeName(all.getSpec() == null ? null : all.getSpec().getNodeName())
                .endSpec()
                .withNewStatus()
                .withPhase(all.getStatus() == null ? null : all.getStatus().getPhase())
                .endStatus()
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
                .withMetadata(identity(all.getMetadata()).withGeneration(null).build())
                .build();
    }

    static boolean isSameNode(Node one, Node other) {
        return Objects.equals(one.getMetadata().getUid(), other.getMetadata().getUid());
    }
}
