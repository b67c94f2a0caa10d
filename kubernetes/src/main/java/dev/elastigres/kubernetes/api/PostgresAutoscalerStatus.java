package dev.elastigres.kubernetes.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the agents say. Each owns the instances of its node; the rest is what all of them make.
///
/// @param pods how many it is for
/// @param size what they have
/// @param goal what they should have
/// @param state what is in the way of that
/// @param why the reason, one clause
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

    /// As conditions are everywhere in Kubernetes.
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

    /// One of its pods.
    ///
    /// @param name of the pod
    /// @param node that it runs on
    /// @param cpu what its container has, as Kubernetes writes it
    /// @param goalCpu what it should have
    /// @param state what is in the way of that, in one word
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
