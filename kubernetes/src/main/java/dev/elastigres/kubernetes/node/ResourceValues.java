package dev.elastigres.kubernetes.node;

import dev.elastigres.core.units.Bytes;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Requests and limits of a container; an absent one is empty.
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

    /// Returns these values with limits of zero removed, because they mean no limit.
    ResourceValues withoutZeroLimits() {
        return new ResourceValues(
                requestedCpus,
                limitedCpus.filter(it -> it > 0),
                requestedMemory,
                limitedMemory.filter(it -> !it.equals(Bytes.ZERO)));
    }

    /// Returns these values, with absent ones taken from `other`.
    public ResourceValues or(ResourceValues other) {
        return new ResourceValues(
                requestedCpus.or(other::requestedCpus),
                limitedCpus.or(other::limitedCpus),
                requestedMemory.or(other::requestedMemory),
                limitedMemory.or(other::limitedMemory));
    }
}
