package dev.elastigres.kubernetes.targets;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.kubernetes.api.PostgresAutoscaler;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.Connection;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.Resources;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.SizeRules;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.Target;
import dev.elastigres.kubernetes.api.PostgresAutoscalerSpec.Unit;
import dev.elastigres.kubernetes.targets.Chosen.SecretKey;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// An object, read.
///
/// @param target empty where it has none: it is for no pods
/// @param terms empty where what it says is wrong, which the API server does not let through
record Aim(String name, Optional<Target> target, Optional<Terms> terms, List<String> problems) {
    private static final String KEY = "uri";

    static Aim of(PostgresAutoscaler object) {
        String name = object.getMetadata().getName();
        Optional<PostgresAutoscalerSpec> spec = object.said();
        Optional<Target> target = spec.flatMap(it -> Optional.ofNullable(it.target()));
        if (target.isEmpty()) return new Aim(name, target, Optional.empty(), List.of());
        try {
            return new Aim(name, target, Optional.of(terms(spec.get())), List.of());
        } catch (IllegalArgumentException e) {
            return new Aim(
                    name,
                    target,
                    Optional.empty(),
                    List.of("the PostgresAutoscaler " + name + " is wrong: " + e.getMessage()));
        }
    }

    /// Whether `pod`, which is in the same namespace, is meant.
    boolean isFor(Pod pod) {
        if (target.isEmpty()) return false;
        Target target = this.target.get();
        if (target.selector() != null)
            return Selectors.matches(target.selector(), Pods.labels(pod));
        if (target.statefulSet() != null) return Pods.isOfStatefulSet(pod, target.statefulSet());
        return target.cluster() != null && Pods.isInstanceOfCluster(pod, target.cluster());
    }

    Source source() {
        return new Source.Named(name);
    }

    private static Terms terms(PostgresAutoscalerSpec spec) {
        if (spec.max() == null)
            throw new IllegalArgumentException(
                    "spec.max is missing: the most compute units that it may have");
        return new Terms(
                or(spec.container(), Terms.CONTAINER),
                unit(spec.computeUnit()),
                spec.min() == null ? OptionalInt.empty() : OptionalInt.of(spec.min()),
                spec.max(),
                word(spec.mode(), "spec.mode", Mode.AUTO, Mode::valueOf),
                resources(spec.resources()),
                rules(spec.rules()),
                Optional.ofNullable(spec.cache())
                        .map(it -> word(it, "spec.cache", CacheKind.NONE, CacheKind::valueOf)),
                Optional.ofNullable(spec.postgres()).flatMap(Aim::secretKey),
                word(spec.onNodeFull(), "spec.onNodeFull", OnNodeFull.WAIT, OnNodeFull::valueOf));
    }

    private static ComputeUnit unit(@Nullable Unit said) {
        if (said == null) return ComputeUnit.DEFAULT;
        return new ComputeUnit(
                amount(
                        said.cpu(),
                        "spec.computeUnit.cpu",
                        ComputeUnit.DEFAULT.vcpus(),
                        UnitAmounts::cpus),
                Aim.<Bytes>amount(
                        said.memory(),
                        "spec.computeUnit.memory",
                        ComputeUnit.DEFAULT.memory(),
                        UnitAmounts::memory));
    }

    private static <T> T amount(
            @Nullable IntOrString said, String field, T absent, Function<String, T> read) {
        if (said == null) return absent;
        try {
            return read.apply(String.valueOf(said.getValue()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + " " + e.getMessage(), e);
        }
    }

    private static ControlledResources resources(@Nullable Resources said) {
        if (said == null) return ControlledResources.ALL;
        return new ControlledResources(
                values(said.cpu(), "spec.resources.cpu"),
                values(said.memory(), "spec.resources.memory"));
    }

    private static ControlledValues values(@Nullable String said, String field) {
        if (said == null) return ControlledValues.REQUESTS_AND_LIMITS;
        try {
            return ControlledValues.of(said);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + " " + e.getMessage(), e);
        }
    }

    private static SizeRulesOf rules(@Nullable SizeRules said) {
        return said == null ? SizeRulesOf.NOTHING : SizeRulesOf.of(said);
    }

    private static Optional<SecretKey> secretKey(Connection connection) {
        return Optional.ofNullable(connection.secretName())
                .map(it -> new SecretKey(it, or(connection.key(), KEY)));
    }

    private static <T> T word(
            @Nullable String said, String field, T absent, Function<String, T> read) {
        if (said == null) return absent;
        try {
            return read.apply(said.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + " has a word that is not known: " + said, e);
        }
    }

    private static <T> T or(@Nullable T said, T absent) {
        return said == null ? absent : said;
    }
}
