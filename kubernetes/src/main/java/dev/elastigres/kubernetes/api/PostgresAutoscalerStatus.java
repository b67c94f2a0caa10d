package dev.elastigres.kubernetes.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The state of the object's pods. The controller writes it, from the reports of the agents.
///
/// @param pods number of pods
/// @param size their sizes
/// @param goal their wanted sizes
/// @param state the obstacle to the wanted size
/// @param why the reason, as one clause
/// @param predecessors pods that were deleted within the last day
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PostgresAutoscalerStatus(
        @Nullable Long observedGeneration,
        @Nullable Integer pods,
        @Nullable String size,
        @Nullable String goal,
        @Nullable String state,
        @Nullable String why,
        @Nullable List<StatusCondition> conditions,
        @Nullable List<InstanceStatus> instances,
        @Nullable List<PodPredecessor> predecessors)
        implements Serializable {

    /// Creates a status without predecessors.
    public PostgresAutoscalerStatus(
            @Nullable Long observedGeneration,
            @Nullable Integer pods,
            @Nullable String size,
            @Nullable String goal,
            @Nullable String state,
            @Nullable String why,
            @Nullable List<StatusCondition> conditions,
            @Nullable List<InstanceStatus> instances) {
        this(observedGeneration, pods, size, goal, state, why, conditions, instances, null);
    }

    /// Returns the predecessors, without null.
    public List<PodPredecessor> allPredecessors() {
        return predecessors == null ? List.of() : predecessors;
    }

    /// Returns this status with these predecessors.
    public PostgresAutoscalerStatus withPredecessors(List<PodPredecessor> ended) {
        return new PostgresAutoscalerStatus(
                observedGeneration,
                pods,
                size,
                goal,
                state,
                why,
                conditions,
                instances,
                List.copyOf(ended));
    }

    /// What is kept of a pod that was deleted, so that the pod that replaces it begins at the size
    /// that it needed.
    ///
    /// @param name name of the pod
    /// @param workload kind and name of the workload that created it, such as `StatefulSet/pg`
    /// @param role its role in the workload, such as `replica`
    /// @param revision revision of the workload's template
    /// @param cpu CPUs that its container last needed, as a Kubernetes quantity
    /// @param endedAt time at which it was seen to be gone
    /// @param oomKilledAt time at which its container was last killed because memory ran out
    /// @param oomKilledMemory the memory limit at that time
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PodPredecessor(
            @Nullable String name,
            @Nullable String workload,
            @Nullable String role,
            @Nullable String revision,
            @Nullable String cpu,
            @Nullable String memory,
            @Nullable String endedAt,
            @Nullable String oomKilledAt,
            @Nullable String oomKilledMemory)
            implements Serializable {}

    /// A condition with the fields of the Kubernetes API conventions.
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record StatusCondition(
            @Nullable String type,
            @Nullable String status,
            @Nullable Long observedGeneration,
            @Nullable String lastTransitionTime,
            @Nullable String reason,
            @Nullable String message)
            implements Serializable {}

    /// One pod.
    ///
    /// @param name name of the pod
    /// @param node name of its node
    /// @param cpu current CPUs of its container, as a Kubernetes quantity
    /// @param goalCpu wanted CPUs
    /// @param state the obstacle to the wanted size, in one word
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record InstanceStatus(
            @Nullable String name,
            @Nullable String node,
            @Nullable String cpu,
            @Nullable String memory,
            @Nullable String goalCpu,
            @Nullable String goalMemory,
            @Nullable String state,
            @Nullable String why)
            implements Serializable {}
}
