package dev.elastigres.kubernetes.targets;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.daemon.settings.ConnectionText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/// Reads the scaling annotations of a pod. The API server does not validate them.
final class PodAnnotations {
    private static final String PREFIX = "elastigres.dev/";

    /// The annotation that enables scaling; without it the other ones have no effect.
    static final String MODE = PREFIX + "mode";

    private static final String CONTAINER = PREFIX + "container";
    private static final String UNIT = PREFIX + "compute-unit";
    private static final String MIN = PREFIX + "min";
    private static final String MAX = PREFIX + "max";
    private static final String MIN_ALLOWED = PREFIX + "min-allowed";
    private static final String MAX_ALLOWED = PREFIX + "max-allowed";
    private static final String ON_NODE_FULL = PREFIX + "on-node-full";
    private static final String RESOURCES = PREFIX + "resources";
    private static final List<String> ALL =
            List.of(
                    MODE,
                    CONTAINER,
                    UNIT,
                    MIN,
                    MAX,
                    MIN_ALLOWED,
                    MAX_ALLOWED,
                    RESOURCES,
                    ON_NODE_FULL,
                    InitialSizeAnnotations.WHY,
                    InitialSizeAnnotations.TEMPLATE);
    private static final Pattern CONTAINER_NAME =
            Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final int MAX_QUOTE_LENGTH = 40;

    private final Map<String, String> annotations;
    private final List<String> problems = new ArrayList<>();

    private PodAnnotations(Map<String, String> annotations) {
        this.annotations = annotations;
    }

    /// The result: either terms or problems.
    record AnnotationResult(Optional<ScalingTerms> terms, List<String> problems) {}

    /// Reads the annotations; empty for a pod that does not enable scaling.
    static Optional<AnnotationResult> read(Map<String, String> annotations) {
        return annotations.containsKey(MODE)
                ? Optional.of(new PodAnnotations(annotations).read())
                : Optional.empty();
    }

    private AnnotationResult read() {
        ScalingMode mode = value(MODE, ScalingMode.AUTO, PodAnnotations::mode);
        String container = value(CONTAINER, ScalingTerms.CONTAINER, PodAnnotations::container);
        ComputeUnit unit = value(UNIT, ComputeUnit.DEFAULT, PodAnnotations::unit);
        ControlledResources resources =
                value(RESOURCES, ControlledResources.ALL, PodAnnotations::resources);
        OnNodeFull full = value(ON_NODE_FULL, OnNodeFull.WAIT, PodAnnotations::onNodeFull);
        for (String key : new TreeMap<>(annotations).keySet())
            if (key.startsWith(PREFIX) && !ALL.contains(key))
                problems.add(quoted(key) + " is an unknown annotation");
        Optional<PodLimits> limits = limits(unit);
        if (limits.isEmpty() || !problems.isEmpty())
            return new AnnotationResult(Optional.empty(), List.copyOf(problems));
        return new AnnotationResult(
                Optional.of(
                        new ScalingTerms(
                                container,
                                unit,
                                limits.get(),
                                mode,
                                resources,
                                SizeRulesReader.NOTHING,
                                Optional.of(CacheKind.NONE),
                                Optional.empty(),
                                full)),
                List.of());
    }

    /// Returns the limits; empty if they are invalid or another annotation is.
    private Optional<PodLimits> limits(ComputeUnit unit) {
        OptionalInt min = value(MIN, OptionalInt.empty(), it -> OptionalInt.of(units(it)));
        OptionalInt max = value(MAX, OptionalInt.empty(), it -> OptionalInt.of(units(it)));
        AllowedSize minAllowed = value(MIN_ALLOWED, AllowedSize.NONE, PodAnnotations::allowed);
        AllowedSize maxAllowed = value(MAX_ALLOWED, AllowedSize.NONE, PodAnnotations::allowed);
        if (!annotations.containsKey(MAX) && !annotations.containsKey(MAX_ALLOWED))
            problems.add(
                    MAX + " is missing: the maximum number of compute units, or " + MAX_ALLOWED);
        if (!problems.isEmpty()) return Optional.empty();
        try {
            return PodLimits.of(unit, min, max, minAllowed, maxAllowed);
        } catch (IllegalArgumentException e) {
            problems.add("of the elastigres.dev annotations " + e.getMessage());
            return Optional.empty();
        }
    }

    private <T> T value(String key, T absent, Function<String, T> read) {
        String text = annotations.get(key);
        if (text == null) return absent;
        try {
            return read.apply(text);
        } catch (IllegalArgumentException e) {
            problems.add(key + " " + e.getMessage() + ", not " + quoted(text));
            return absent;
        }
    }

    private static ScalingMode mode(String text) {
        return switch (text) {
            case "Auto" -> ScalingMode.AUTO;
            case "Recommend" -> ScalingMode.RECOMMEND;
            default -> throw new IllegalArgumentException("must be Auto or Recommend");
        };
    }

    private static String container(String text) {
        if (!CONTAINER_NAME.matcher(text).matches())
            throw new IllegalArgumentException("must be the name of a container");
        return text;
    }

    private static ComputeUnit unit(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) throw new IllegalArgumentException("must be CPUs and memory, like 250m/1Gi");
        return new ComputeUnit(
                UnitAmounts.cpus(text.substring(0, slash)),
                UnitAmounts.memory(text.substring(slash + 1)));
    }

    private static AllowedSize allowed(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) throw new IllegalArgumentException("must be CPUs and memory, like 500m/2Gi");
        return new AllowedSize(
                Optional.of(UnitAmounts.sizeCpus(text.substring(0, slash))),
                Optional.of(UnitAmounts.sizeMemory(text.substring(slash + 1))));
    }

    private static int units(String text) {
        try {
            int units = Integer.parseInt(text);
            if (units >= 1 && units <= PodLimits.MAX_UNITS) return units;
        } catch (NumberFormatException _) {
            // Reported below.
        }
        throw new IllegalArgumentException(
                "must be a whole number of compute units from 1 to " + PodLimits.MAX_UNITS);
    }

    private static ControlledResources resources(String text) {
        int slash = text.indexOf('/');
        try {
            if (slash >= 0)
                return new ControlledResources(
                        ControlledValues.of(text.substring(0, slash)),
                        ControlledValues.of(text.substring(slash + 1)));
        } catch (IllegalArgumentException _) {
            // Reported below.
        }
        throw new IllegalArgumentException(
                "must be RequestsAndLimits or RequestsOnly for CPUs and for memory, like"
                        + " RequestsOnly/RequestsAndLimits");
    }

    private static OnNodeFull onNodeFull(String text) {
        for (OnNodeFull each : OnNodeFull.values())
            if (each.name().toLowerCase(Locale.ROOT).equals(text)) return each;
        throw new IllegalArgumentException("must be wait, notify or evict");
    }

    private static String quoted(String text) {
        if (ConnectionText.mayBeIn(text)) return "a connection string";
        String shown =
                text.length() > MAX_QUOTE_LENGTH
                        ? text.substring(0, MAX_QUOTE_LENGTH) + "..."
                        : text;
        return "'" + shown.replaceAll("\\p{Cntrl}", "?") + "'";
    }
}
