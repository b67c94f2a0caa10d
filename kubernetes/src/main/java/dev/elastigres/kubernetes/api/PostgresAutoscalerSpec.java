package dev.elastigres.kubernetes.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The desired configuration. The API server fills in defaults and rejects invalid values. Fields
/// to which a later version may add values are strings here. Null means absent.
///
/// @param rules rules for sizes that replace those of the agent's settings
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PostgresAutoscalerSpec(
        @Nullable TargetSpec target,
        @Nullable String container,
        @Nullable UnitSpec computeUnit,
        @Nullable Integer min,
        @Nullable Integer max,
        @Nullable AllowedSpec minAllowed,
        @Nullable AllowedSpec maxAllowed,
        @Nullable String mode,
        @Nullable ResourcesSpec resources,
        @Nullable SizeRulesSpec rules,
        @Nullable ConnectionSpec postgres,
        @Nullable String cache,
        @Nullable String onNodeFull)
        implements Serializable {
    /// Returns a copy without the target.
    public PostgresAutoscalerSpec withoutTarget() {
        return new PostgresAutoscalerSpec(
                null,
                container,
                computeUnit,
                min,
                max,
                minAllowed,
                maxAllowed,
                mode,
                resources,
                rules,
                postgres,
                cache,
                onNodeFull);
    }

    /// Selects pods of the namespace; exactly one field is set.
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record TargetSpec(
            @Nullable SelectorSpec selector, @Nullable String statefulSet, @Nullable String cluster)
            implements Serializable {}

    /// Selects the pods with these labels. All requirements must hold.
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

    /// CPUs and memory of a compute unit, as Kubernetes quantities.
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record UnitSpec(@Nullable IntOrString cpu, @Nullable IntOrString memory)
            implements Serializable {}

    /// CPUs and memory of a minimum or maximum size, as Kubernetes quantities.
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record AllowedSpec(@Nullable IntOrString cpu, @Nullable IntOrString memory)
            implements Serializable {}

    /// Which values of each resource are changed: `RequestsAndLimits` or `RequestsOnly`.
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ResourcesSpec(@Nullable String cpu, @Nullable String memory)
            implements Serializable {}

    /// The agent's settings of the same names. Durations have the format `100ms`, `5s`, `1m` or
    /// `1h`.
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record SizeRulesSpec(
            @Nullable String rules,
            @Nullable String shape,
            @Nullable String prefer,
            @Nullable Boolean cpuDemand,
            @Nullable Boolean workingSet,
            @Nullable Boolean damping,
            @Nullable Boolean statedSizes,
            @Nullable Boolean cooldownDoubling,
            @Nullable Boolean learnedHeadroom,
            @Nullable Double loadTarget,
            @Nullable Double cpuUseTarget,
            @Nullable Double memoryUsageTarget,
            @Nullable Double memoryTotalTarget,
            @Nullable String dampingWindow,
            @Nullable String cooldownInitial,
            @Nullable String cooldownMax)
            implements Serializable {}

    /// The key of a Secret that contains the connection string of Postgres.
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ConnectionSpec(@Nullable String secretName, @Nullable String key)
            implements Serializable {}
}
