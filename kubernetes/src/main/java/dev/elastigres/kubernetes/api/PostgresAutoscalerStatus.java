package dev.elastigres.kubernetes.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The state that the agents report. Each agent owns the instances of its node. The other fields
/// summarize the instances of all agents.
///
/// @param pods number of pods
/// @param size their sizes
/// @param goal their wanted sizes
/// @param state the obstacle to the wanted size
/// @param why the reason, as one clause
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
        @Nullable List<InstanceStatus> instances)
        implements Serializable {

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
