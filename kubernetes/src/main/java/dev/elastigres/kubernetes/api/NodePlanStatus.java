package dev.elastigres.kubernetes.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The state that the agent of a node reports. It is written only when it changes. Null means
/// absent; unknown fields are ignored.
///
/// @param observedGeneration generation of the plan that the agent follows
/// @param reportedAt time of this report
/// @param agentVersion version of the agent
/// @param pods the pods that the plan or their annotations select
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record NodePlanStatus(
        @Nullable Long observedGeneration,
        @Nullable String reportedAt,
        @Nullable String agentVersion,
        @Nullable List<PodReport> pods)
        implements Serializable {

    /// Returns the pods, without null.
    public List<PodReport> allPods() {
        return pods == null ? List.of() : pods;
    }

    /// The state of a pod.
    ///
    /// @param cpu current CPUs of its container, as a Kubernetes quantity
    /// @param goalCpu wanted CPUs
    /// @param state the obstacle to the wanted size, in one word
    /// @param why the reason, as one clause
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PodReport(
            @Nullable String namespace,
            @Nullable String name,
            @Nullable String uid,
            @Nullable String cpu,
            @Nullable String memory,
            @Nullable String goalCpu,
            @Nullable String goalMemory,
            @Nullable String state,
            @Nullable String why)
            implements Serializable {}
}
