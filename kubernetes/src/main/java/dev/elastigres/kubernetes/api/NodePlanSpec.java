package dev.elastigres.kubernetes.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the agent of a node scales. Null means absent. Unknown fields are ignored, so that a
/// controller and an agent of adjacent releases work together.
///
/// @param schemaVersion version of the format; it changes only when an agent that ignores the new
///     fields would do harm
/// @param targets the PostgresAutoscalers that select pods of the node
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NodePlanSpec(@Nullable Integer schemaVersion, @Nullable List<PlanTarget> targets)
        implements Serializable {
    /// The version that this release writes, and the newest that it reads.
    public static final int SCHEMA_VERSION = 1;

    /// Returns a spec of this release's version.
    public static NodePlanSpec of(List<PlanTarget> targets) {
        return new NodePlanSpec(SCHEMA_VERSION, List.copyOf(targets));
    }

    /// Returns the version; 1 if it is absent.
    public int version() {
        return schemaVersion == null ? 1 : schemaVersion;
    }

    /// Returns the targets, without null.
    public List<PlanTarget> allTargets() {
        return targets == null ? List.of() : targets;
    }

    /// A PostgresAutoscaler and the pods of the node that it selects.
    ///
    /// @param namespace namespace of the object and of the pods
    /// @param name name of the object
    /// @param spec spec of the object without its target
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PlanTarget(
            @Nullable String namespace,
            @Nullable String name,
            @Nullable PostgresAutoscalerSpec spec,
            @Nullable List<PlanPod> pods)
            implements Serializable {

        /// Returns the pods, without null.
        public List<PlanPod> allPods() {
            return pods == null ? List.of() : pods;
        }
    }

    /// A selected pod. A recreated pod of the same name has another uid, and is not meant.
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PlanPod(@Nullable String name, @Nullable String uid) implements Serializable {}
}
