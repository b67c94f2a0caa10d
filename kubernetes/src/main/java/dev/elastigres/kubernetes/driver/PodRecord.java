package dev.elastigres.kubernetes.driver;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What the driver remembers of one life of a pod.
///
/// @param ratios of its template
/// @param cap its size when the node was found to have no room for a larger one
/// @param unconfirmed the last resize request, when it got no answer
/// @param deferred whether its last resize waits for room on the node
/// @param belowLimit its last sizes in memory with a limit above them, the newest first
record PodRecord(
        RequestRatios ratios,
        Optional<Resources> cap,
        Optional<UnconfirmedResize> unconfirmed,
        boolean deferred,
        List<Bytes> belowLimit) {
    /// The size in force and the requested one, with some to spare.
    private static final int MAX_BELOW_LIMIT = 4;

    /// A resize request without an answer, which may still take effect.
    ///
    /// @param resourceVersion of the pod: once it changes, the request can no longer take effect
    /// @param until when it is taken to have had no effect
    record UnconfirmedResize(Resources target, String resourceVersion, Moment until) {}

    static PodRecord begin(RequestRatios ratios) {
        return new PodRecord(ratios, Optional.empty(), Optional.empty(), false, List.of());
    }

    PodRecord withRatios(RequestRatios newRatios) {
        return ratios.equals(newRatios)
                ? this
                : new PodRecord(newRatios, cap, unconfirmed, deferred, belowLimit);
    }

    PodRecord withCap(Resources size) {
        return new PodRecord(ratios, Optional.of(size), unconfirmed, false, belowLimit);
    }

    PodRecord withUnconfirmed(Optional<UnconfirmedResize> resize) {
        return new PodRecord(ratios, cap, resize, deferred, belowLimit);
    }

    PodRecord withDeferred(boolean waits) {
        return new PodRecord(ratios, cap, unconfirmed, waits, belowLimit);
    }

    PodRecord withSizeBelowLimit(Bytes size) {
        List<Bytes> sizes =
                Stream.concat(Stream.of(size), belowLimit.stream())
                        .distinct()
                        .limit(MAX_BELOW_LIMIT)
                        .toList();
        return new PodRecord(ratios, cap, unconfirmed, deferred, sizes);
    }
}
