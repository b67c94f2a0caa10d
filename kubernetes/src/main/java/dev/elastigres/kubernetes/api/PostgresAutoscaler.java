package dev.elastigres.kubernetes.api;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What users say of the Postgres pods of a namespace, and what the agents say of them.
@Group("elastigres.dev")
@Version("v1alpha1")
@Plural("postgresautoscalers")
@ShortNames("pga")
public final class PostgresAutoscaler
        extends CustomResource<PostgresAutoscalerSpec, PostgresAutoscalerStatus>
        implements Namespaced {
    private static final long serialVersionUID = 1;

    /// One of which nothing is said yet.
    public PostgresAutoscaler() {}

    // What is not said is absent: the client would make empty ones.

    @Override
    protected @Nullable PostgresAutoscalerSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable PostgresAutoscalerStatus initStatus() {
        return null;
    }

    /// Empty for one that is not as the API server lets it be.
    public Optional<PostgresAutoscalerSpec> findSpec() {
        return Optional.ofNullable(getSpec());
    }

    /// Empty until an agent has written it.
    public Optional<PostgresAutoscalerStatus> written() {
        return Optional.ofNullable(getStatus());
    }
}
