package dev.elastigres.kubernetes.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is wanted. The API server fills in what has a default, and refuses what is wrong. Words
/// that a later version may know more of are texts here. Null is what was not said.
///
/// @param rules what decides on sizes, where it is not as the agent's own settings say
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PostgresAutoscalerSpec(
        @Nullable TargetSpec target,
        @Nullable String container,
        @Nullable UnitSpec computeUnit,
        @Nullable Integer min,
        @Nullable Integer max,
        @Nullable String mode,
        @Nullable ResourcesSpec resources,
        @Nullable SizeRulesSpec rules,
        @Nullable ConnectionSpec postgres,
        @Nullable String cache,
        @Nullable String onNodeFull)
        implements Serializable {

    /// Which pods of the namespace: exactly one of these.
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TargetSpec(
            @Nullable SelectorSpec selector, @Nullable String statefulSet, @Nullable String cluster)
            implements Serializable {}

    /// The pods with these labels. All of it must hold.
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SelectorSpec(
            @Nullable Map<String, String> matchLabels,
            @Nullable List<SelectorRequirement> matchExpressions)
            implements Serializable {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SelectorRequirement(
            @Nullable String key, @Nullable String operator, @Nullable List<String> values)
            implements Serializable {}

    /// Amounts as Kubernetes writes them.
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record UnitSpec(@Nullable IntOrString cpu, @Nullable IntOrString memory)
            implements Serializable {}

    /// Which values of each resource are changed: `RequestsAndLimits` or `RequestsOnly`.
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ResourcesSpec(@Nullable String cpu, @Nullable String memory)
            implements Serializable {}

    /// As the agent's settings of the same names. Durations are like `100ms`, `5s`, `1m`, `1h`.
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SizeRulesSpec(
            @Nullable String rules,
            @Nullable Boolean cpuDemand,
            @Nullable Boolean workingSet,
            @Nullable Boolean damping,
            @Nullable Boolean statedSizes,
            @Nullable Boolean cooldownDoubling,
            @Nullable Double loadTarget,
            @Nullable Double cpuUseTarget,
            @Nullable Double memoryUsageTarget,
            @Nullable Double memoryTotalTarget,
            @Nullable String dampingWindow,
            @Nullable String cooldownInitial,
            @Nullable String cooldownMax)
            implements Serializable {}

    /// Where the connection string of Postgres is.
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ConnectionSpec(@Nullable String secretName, @Nullable String key)
            implements Serializable {}
}
