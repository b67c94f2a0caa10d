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
/// @param failedLimit the lower memory limit that was last attempted without success
record PodRecord(
        RequestRatios ratios,
        Optional<Resources> cap,
        Optional<UnconfirmedResize> unconfirmed,
        boolean deferred,
        List<Bytes> belowLimit,
        Optional<FailedLimitDecrease> failedLimit) {
    /// The size in force and the requested one, with some to spare.
    private static final int MAX_BELOW_LIMIT = 4;

    /// A resize request without an answer, which may still take effect.
    ///
    /// @param resourceVersion of the pod: once it changes, the request can no longer take effect
    /// @param until when it is taken to have had no effect
    record UnconfirmedResize(Resources target, String resourceVersion, Moment until) {}

    /// Attempts to lower the memory limit that failed: page cache grew as fast as it was freed, or
    /// the kubelet's usage figure was old.
    record FailedLimitDecrease(Bytes limit, int attempts) {}

    static PodRecord begin(RequestRatios ratios) {
        return new PodRecord(
                ratios, Optional.empty(), Optional.empty(), false, List.of(), Optional.empty());
    }

    PodRecord withRatios(RequestRatios newRatios) {
        return ratios.equals(newRatios)
                ? this
                : new PodRecord(newRatios, cap, unconfirmed, deferred, belowLimit, failedLimit);
    }

    PodRecord withCap(Resources size) {
        return new PodRecord(
                ratios, Optional.of(size), unconfirmed, false, belowLimit, failedLimit);
    }

    PodRecord withUnconfirmed(Optional<UnconfirmedResize> resize) {
        return new PodRecord(ratios, cap, resize, deferred, belowLimit, failedLimit);
    }

    PodRecord withDeferred(boolean waits) {
        return new PodRecord(ratios, cap, unconfirmed, waits, belowLimit, failedLimit);
    }

    PodRecord withSizeBelowLimit(Bytes size) {
        List<Bytes> sizes =
                Stream.concat(Stream.of(size), belowLimit.stream())
                        .distinct()
                        .limit(MAX_BELOW_LIMIT)
                        .toList();
        return new PodRecord(ratios, cap, unconfirmed, deferred, sizes, failedLimit);
    }

    /// Returns how often lowering the memory limit to `limit` was attempted without success.
    int failedAttempts(Bytes limit) {
        return failedLimit
                .filter(it -> it.limit().equals(limit))
                .map(FailedLimitDecrease::attempts)
                .orElse(0);
    }

    PodRecord withFailedAttempts(Bytes limit, int attempts) {
        return new PodRecord(
                ratios,
                cap,
                unconfirmed,
                deferred,
                belowLimit,
                Optional.of(new FailedLimitDecrease(limit, attempts)));
    }

    PodRecord withoutFailedAttempts() {
        return new PodRecord(ratios, cap, unconfirmed, deferred, belowLimit, Optional.empty());
    }
}
