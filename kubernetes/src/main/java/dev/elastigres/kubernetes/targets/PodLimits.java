package dev.elastigres.kubernetes.targets;

import dev.elastigres.core.scaling.ComputeUnit;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Resources;
import java.util.Optional;
import java.util.OptionalInt;

/// Minimum and maximum size of a pod.
///
/// @param min the minimum; the size in the pod's template for a resource that it does not name
/// @param max the maximum, not below `min`
public record PodLimits(AllowedSize min, Resources max) {
    static final int MAX_UNITS = 1000;

    public PodLimits {
        if (min.cpus().isPresent() && min.cpus().get() > max.vcpus())
            throw new IllegalArgumentException(
                    "the minimum of %s is above the maximum of %s"
                            .formatted(cpus(min.cpus().get()), cpus(max.vcpus())));
        if (min.memory().isPresent() && max.memory().isLessThan(min.memory().get()))
            throw new IllegalArgumentException(
                    "the minimum of %s is above the maximum of %s"
                            .formatted(min.memory().get(), max.memory()));
    }

    private static String cpus(double number) {
        return new Resources(number, Bytes.ZERO).textOfParts();
    }

    /// Returns limits of whole compute units.
    ///
    /// @param min empty for the size in the template
    public static PodLimits units(ComputeUnit unit, OptionalInt min, int max) {
        return of(unit, min, OptionalInt.of(max), AllowedSize.NONE, AllowedSize.NONE).orElseThrow();
    }

    /// Returns the limits; empty if one of the resources has no maximum. Amounts of a resource
    /// replace the compute units.
    ///
    /// @param min minimum in compute units
    /// @param max maximum in compute units
    /// @param minAllowed minimum of each resource
    /// @param maxAllowed maximum of each resource
    /// @throws IllegalArgumentException if the limits are invalid; the message is a readable clause
    static Optional<PodLimits> of(
            ComputeUnit unit,
            OptionalInt min,
            OptionalInt max,
            AllowedSize minAllowed,
            AllowedSize maxAllowed) {
        if (min.isPresent() && max.isPresent() && min.getAsInt() > max.getAsInt())
            throw new IllegalArgumentException(
                    "min must be at most max, and %d is above %d"
                            .formatted(min.getAsInt(), max.getAsInt()));
        AllowedSize upper = maxAllowed.or(ofUnits(unit, max));
        if (upper.cpus().isEmpty() || upper.memory().isEmpty()) return Optional.empty();
        return Optional.of(
                new PodLimits(minAllowed.or(ofUnits(unit, min)), upper.orElse(Resources.ZERO)));
    }

    private static AllowedSize ofUnits(ComputeUnit unit, OptionalInt units) {
        if (units.isEmpty()) return AllowedSize.NONE;
        int number = units.getAsInt();
        if (number < 1 || number > MAX_UNITS)
            throw new IllegalArgumentException(
                    "compute units must be from 1 to " + MAX_UNITS + ", not " + number);
        return AllowedSize.of(unit, number);
    }
}
