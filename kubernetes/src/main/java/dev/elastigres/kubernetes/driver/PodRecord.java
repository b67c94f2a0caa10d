package dev.elastigres.kubernetes.driver;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The driver's record of one container instance. Immutable.
///
/// @param ratios requests divided by limits, as in the pod's template
/// @param cap maximum size, set when the kubelet reports that the node has no capacity for a larger
///     one
/// @param unconfirmed the last resize request, if the API server did not answer it
/// @param deferred whether the kubelet has deferred the last resize for lack of room
/// @param belowLimit the last memory sizes that were set with a limit above them, newest first
/// @param failedLimit the last lower memory limit that was not applied
record PodRecord(
        RequestRatios ratios,
        Optional<Resources> cap,
        Optional<UnconfirmedResize> unconfirmed,
        boolean deferred,
        List<Bytes> belowLimit,
        Optional<FailedLimitDecrease> failedLimit) {
    /// Two are needed, the size in force and the requested one; the others are a reserve.
    private static final int MAX_BELOW_LIMIT = 4;

    /// A resize request that the API server did not answer, and that may still take effect.
    ///
    /// @param resourceVersion the pod's resource version in the request; the request cannot take
    ///     effect after the pod has another one
    /// @param until after this time the request counts as not executed
    record UnconfirmedResize(Resources target, String resourceVersion, Moment until) {}

    /// A lower memory limit that was not applied, because page cache grew as fast as it was freed
    /// or because the kubelet's usage figure was old.
    ///
    /// @param attempts number of consecutive attempts
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

    PodRecord withDeferred(boolean isDeferred) {
        return new PodRecord(ratios, cap, unconfirmed, isDeferred, belowLimit, failedLimit);
    }

    PodRecord withSizeBelowLimit(Bytes size) {
        List<Bytes> sizes =
                Stream.concat(Stream.of(size), belowLimit.stream())
                        .distinct()
                        .limit(MAX_BELOW_LIMIT)
                        .toList();
        return new PodRecord(ratios, cap, unconfirmed, deferred, sizes, failedLimit);
    }

    /// Returns the number of failed attempts to lower the memory limit to `limit`.
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
