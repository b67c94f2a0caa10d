package dev.elastigres.kubernetes.status;

import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerStatus;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;

/// Applies a status by server-side apply, to the version of the object that it was made from: what
/// another agent wrote in between is never overlooked.
record StatusWriter(KubernetesClient client) {

    /// @param body all that the agent of `node` says of the object; what it said before and does
    ///     not say now goes
    /// @return the object as it is then
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
        // By force: what all agents say has many owners, and entries are taken over.
        var how =
                new PatchContext.Builder()
                        .withPatchType(PatchType.SERVER_SIDE_APPLY)
                        .withFieldManager(FieldManagers.of(node))
                        .withForce(true)
                        .build();
        return client.resource(object).subresource("status").patch(how);
    }
}
