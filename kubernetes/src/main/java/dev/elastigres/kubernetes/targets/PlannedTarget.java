package dev.elastigres.kubernetes.targets;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.kubernetes.api.NodePlanSpec.PlanTarget;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.AllowedSpec;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.ConnectionSpec;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.ResourcesSpec;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.SizeRulesSpec;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.UnitSpec;
import dev.elastigres.kubernetes.targets.ScaledPod.SecretKeyReference;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A parsed target of a NodePlan.
///
/// @param name name of the PostgresAutoscaler
/// @param uids uids of the pods that it selects
/// @param terms empty if the specification is invalid, which the API server's validation normally
///     prevents
/// @param problems why the specification is invalid, as readable clauses
record PlannedTarget(
        String name, Set<String> uids, Optional<ScalingTerms> terms, List<String> problems) {
    private static final String KEY = "uri";

    static PlannedTarget of(PlanTarget target) {
        String name = String.valueOf(target.name());
        Set<String> uids =
                target.allPods().stream()
                        .map(it -> String.valueOf(it.uid()))
                        .collect(Collectors.toSet());
        try {
            PostgresAutoscalerSpec spec = target.spec();
            if (spec == null) throw new IllegalArgumentException("spec is missing");
            return new PlannedTarget(name, uids, Optional.of(terms(spec)), List.of());
        } catch (IllegalArgumentException e) {
            return new PlannedTarget(
                    name,
                    uids,
                    Optional.empty(),
                    List.of("the PostgresAutoscaler " + name + " is wrong: " + e.getMessage()));
        }
    }

    TargetSource source() {
        return new TargetSource.Named(name);
    }

    private static ScalingTerms terms(PostgresAutoscalerSpec spec) {
        ComputeUnit unit = unit(spec.computeUnit());
        return new ScalingTerms(
                or(spec.container(), ScalingTerms.CONTAINER),
                unit,
                limits(spec, unit),
                constant(spec.mode(), "spec.mode", ScalingMode.AUTO, ScalingMode::valueOf),
                resources(spec.resources()),
                rules(spec.rules()),
                Optional.ofNullable(spec.cache())
                        .map(it -> constant(it, "spec.cache", CacheKind.NONE, CacheKind::valueOf)),
                Optional.ofNullable(spec.postgres()).flatMap(PlannedTarget::secretKey),
                constant(
                        spec.onNodeFull(),
                        "spec.onNodeFull",
                        OnNodeFull.WAIT,
                        OnNodeFull::valueOf));
    }

    private static PodLimits limits(PostgresAutoscalerSpec spec, ComputeUnit unit) {
        return PodLimits.of(
                        unit,
                        units(spec.min()),
                        units(spec.max()),
                        allowed(spec.minAllowed(), "spec.minAllowed"),
                        allowed(spec.maxAllowed(), "spec.maxAllowed"))
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "spec.max is missing: the maximum number of compute units,"
                                                + " or cpu and memory of spec.maxAllowed"));
    }

    private static OptionalInt units(@Nullable Integer number) {
        return number == null ? OptionalInt.empty() : OptionalInt.of(number);
    }

    private static AllowedSize allowed(@Nullable AllowedSpec spec, String field) {
        if (spec == null) return AllowedSize.NONE;
        return new AllowedSize(
                PlannedTarget.<Optional<Double>>amount(
                        spec.cpu(),
                        field + ".cpu",
                        Optional.empty(),
                        it -> Optional.of(UnitAmounts.sizeCpus(it))),
                PlannedTarget.<Optional<Bytes>>amount(
                        spec.memory(),
                        field + ".memory",
                        Optional.empty(),
                        it -> Optional.of(UnitAmounts.sizeMemory(it))));
    }

    private static ComputeUnit unit(@Nullable UnitSpec spec) {
        if (spec == null) return ComputeUnit.DEFAULT;
        return new ComputeUnit(
                amount(
                        spec.cpu(),
                        "spec.computeUnit.cpu",
                        ComputeUnit.DEFAULT.vcpus(),
                        UnitAmounts::cpus),
                PlannedTarget.<Bytes>amount(
                        spec.memory(),
                        "spec.computeUnit.memory",
                        ComputeUnit.DEFAULT.memory(),
                        UnitAmounts::memory));
    }

    private static <T> T amount(
            @Nullable IntOrString value, String field, T absent, Function<String, T> read) {
        if (value == null) return absent;
        try {
            return read.apply(String.valueOf(value.getValue()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + " " + e.getMessage(), e);
        }
    }

    private static ControlledResources resources(@Nullable ResourcesSpec spec) {
        if (spec == null) return ControlledResources.ALL;
        return new ControlledResources(
                values(spec.cpu(), "spec.resources.cpu"),
                values(spec.memory(), "spec.resources.memory"));
    }

    private static ControlledValues values(@Nullable String text, String field) {
        if (text == null) return ControlledValues.REQUESTS_AND_LIMITS;
        try {
            return ControlledValues.of(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + " " + e.getMessage(), e);
        }
    }

    private static SizeRulesReader rules(@Nullable SizeRulesSpec spec) {
        return spec == null ? SizeRulesReader.NOTHING : SizeRulesReader.of(spec);
    }

    private static Optional<SecretKeyReference> secretKey(ConnectionSpec connection) {
        return Optional.ofNullable(connection.secretName())
                .map(it -> new SecretKeyReference(it, or(connection.key(), KEY)));
    }

    private static <T> T constant(
            @Nullable String text, String field, T absent, Function<String, T> read) {
        if (text == null) return absent;
        try {
            return read.apply(text.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + " has an unknown value: " + text, e);
        }
    }

    private static <T> T or(@Nullable T value, T absent) {
        return value == null ? absent : value;
    }
}
