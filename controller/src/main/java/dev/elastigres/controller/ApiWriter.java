package dev.elastigres.controller;

import dev.elastigres.kubernetes.api.NodePlan;
import dev.elastigres.kubernetes.api.NodePlanSpec;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Writes plans and status to the API server. Each write names the version of the object that it
/// was computed from, and fails with code 409 if the object has changed since. The client patches
/// an object that it is given; by a name alone it would first request the object.
///
/// @param client client of the API server
record ApiWriter(KubernetesClient client) {
    private static final PatchContext MERGE =
            new PatchContext.Builder()
                    .withPatchType(PatchType.JSON_MERGE)
                    .withFieldManager("elastigres-controller")
                    .build();

    /// Returns the reference by which the node owns its plan. The plan is deleted with the node.
    static OwnerReference owner(Node node) {
        return new OwnerReferenceBuilder()
                .withApiVersion("v1")
                .withKind("Node")
                .withName(node.getMetadata().getName())
                .withUid(node.getMetadata().getUid())
                .build();
    }

    /// Creates or changes the plan of a node.
    ///
    /// @param present the plan as last seen; empty if there is none
    void write(Node node, Optional<NodePlan> present, NodePlanSpec spec) {
        if (present.isEmpty()) {
            var plan = new NodePlan();
            plan.setMetadata(
                    new ObjectMetaBuilder()
                            .withName(node.getMetadata().getName())
                            .withLabels(Map.of("app.kubernetes.io/name", "elastigres"))
                            .withOwnerReferences(owner(node))
                            .build());
            plan.setSpec(spec);
            var _ = client.resource(plan).create();
            return;
        }
        Map<String, Object> metadata = version(present.get().getMetadata());
        metadata.put("ownerReferences", List.of(owner(node)));
        var _ =
                client.resource(present.get())
                        .patch(MERGE, json(Map.of("metadata", metadata, "spec", spec)));
    }

    /// Changes the status of an object.
    ///
    /// @param present the object as last seen
    void write(PostgresAutoscaler present, PostgresAutoscalerStatus status) {
        ObjectMeta metadata = present.getMetadata();
        var _ =
                client.resource(present)
                        .subresource("status")
                        .patch(
                                MERGE,
                                json(Map.of("metadata", version(metadata), "status", status)));
    }

    private static Map<String, Object> version(ObjectMeta metadata) {
        var version = new HashMap<String, Object>();
        version.put("uid", metadata.getUid());
        version.put("resourceVersion", metadata.getResourceVersion());
        return version;
    }

    private String json(Object body) {
        return client.getKubernetesSerialization().asJson(body);
    }
}
