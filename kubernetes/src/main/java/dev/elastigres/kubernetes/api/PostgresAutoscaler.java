package dev.elastigres.kubernetes.api;

import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The scaling configuration of Postgres pods in a namespace (spec), and the state that the agents
/// report (status).
@Group("elastigres.dev")
@Version("v1alpha1")
@Plural("postgresautoscalers")
@ShortNames("pga")
public final class PostgresAutoscaler
        extends CustomResource<PostgresAutoscalerSpec, PostgresAutoscalerStatus>
        implements Namespaced {
    private static final long serialVersionUID = 1;

    /// Creates an object without a spec and a status.
    public PostgresAutoscaler() {}

    // Absent parts stay absent. The base class would create empty ones.

    @Override
    protected @Nullable PostgresAutoscalerSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable PostgresAutoscalerStatus initStatus() {
        return null;
    }

    /// Returns the spec; empty for an object that the API server's validation would reject.
    public Optional<PostgresAutoscalerSpec> findSpec() {
        return Optional.ofNullable(getSpec());
    }

    /// Returns the status; empty until an agent has written it.
    public Optional<PostgresAutoscalerStatus> written() {
        return Optional.ofNullable(getStatus());
    }
}
