package dev.elastigres.kubernetes.api;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The pods of one node that PostgresAutoscalers select (spec), and the state that the agent of the
/// node reports (status). It is cluster-scoped, and has the name of the node, which owns it. The
/// controller writes the spec, the agent writes the status.
@Group("elastigres.dev")
@Version("v1alpha1")
@Plural("nodeplans")
public final class NodePlan extends CustomResource<NodePlanSpec, NodePlanStatus> {
    private static final long serialVersionUID = 1;

    /// Creates an object without a spec and a status.
    public NodePlan() {}

    // Absent parts stay absent. The base class would create empty ones.

    @Override
    protected @Nullable NodePlanSpec initSpec() {
        return null;
    }

    @Override
    protected @Nullable NodePlanStatus initStatus() {
        return null;
    }

    /// Returns the spec; empty if the object has none.
    public Optional<NodePlanSpec> findSpec() {
        return Optional.ofNullable(getSpec());
    }

    /// Returns the status; empty until the agent has written it.
    public Optional<NodePlanStatus> findStatus() {
        return Optional.ofNullable(getStatus());
    }

    /// Returns the generation, which the API server increments with each change of the spec; 0 if
    /// it is absent.
    public long generation() {
        Long generation = getMetadata().getGeneration();
        return generation == null ? 0 : generation;
    }
}
