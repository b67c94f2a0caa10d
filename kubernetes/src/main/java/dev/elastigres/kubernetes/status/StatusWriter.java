package dev.elastigres.kubernetes.status;

import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/// Applies a status by server-side apply to the version of the object that it was computed from. A
/// change by another agent in between makes the write fail.
record StatusWriter(KubernetesClient client) {

    /// Applies the status.
    ///
    /// @param body all fields of the agent of `node`; fields that it applied before and that are
    ///     absent now are removed
    /// @return the object after the write
    PostgresAutoscaler apply(PostgresAutoscaler seen, String node, PostgresAutoscalerStatus body) {
        var object = new PostgresAutoscaler();
        object.setMetadata(
                new ObjectMetaBuilder()
                        .withNamespace(seen.getMetadata().getNamespace())
                        .withName(seen.getMetadata().getName())
                        .withUid(seen.getMetadata().getUid())
                        .withResourceVersion(seen.getMetadata().getResourceVersion())
                        .build());
        object.setStatus(body);
        // Conflicts are forced, because the summary has many owners and entries move between
        // agents.
        var how =
                new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(FieldManagers.of(node))
                        .withForce(true)
                        .build();
        return client.resource(object).subresource("status").patch(how);
    }
}
