package dev.elastigres.kubernetes.node;

import dev.elastigres.core.units.Bytes;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Requests and limits of a container; empty where there is none.
public record ResourceValues(
        Optional<Double> requestedCpus,
        Optional<Double> limitedCpus,
        Optional<Bytes> requestedMemory,
        Optional<Bytes> limitedMemory) {

    public static ResourceValues of(
            @Nullable Map<String, Quantity> requests, @Nullable Map<String, Quantity> limits) {
        return new ResourceValues(
                ResourceAmounts.cpus(requests),
                ResourceAmounts.cpus(limits),
                ResourceAmounts.memory(requests),
                ResourceAmounts.memory(limits));
    }

    /// A limit of nothing is none.
    ResourceValues withoutZeroLimits() {
        return new ResourceValues(
                requestedCpus,
                limitedCpus.filter(it -> it > 0),
                requestedMemory,
                limitedMemory.filter(it -> !it.equals(Bytes.ZERO)));
    }

    /// With what it lacks from `other`.
    public ResourceValues or(ResourceValues other) {
        return new ResourceValues(
                requestedCpus.or(other::requestedCpus),
                limitedCpus.or(other::limitedCpus),
                requestedMemory.or(other::requestedMemory),
                limitedMemory.or(other::limitedMemory));
    }
}
