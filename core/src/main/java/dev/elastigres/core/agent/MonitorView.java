package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// What is known of the VM's monitor.
public sealed interface MonitorView {

    /// Nobody is there who could agree to a shrink.
    record Absent() implements MonitorView {}

    /// @param minSize the least that it may think the VM has
    /// @param maxSize the most that it may have put to use: the VM never becomes smaller than this
    /// @param telling what it was told and has not confirmed
    /// @param downscaleRequest what it was asked and has not answered
    /// @param askAt before this it is left alone
    /// @param problem why the last message came to nothing, until one does not
    record Present(
            long session,
            Resources minSize,
            Resources maxSize,
            Optional<OpenRequest> telling,
            Optional<OpenRequest> downscaleRequest,
            Moment askAt,
            Optional<String> problem)
            implements MonitorView {

        /// A new one may know of nothing, and may use all that there is.
        static Present begin(long session, Resources atMost, Moment now) {
            return new Present(
                    session,
                    Resources.ZERO,
                    atMost,
                    Optional.empty(),
                    Optional.empty(),
                    now,
                    Optional.empty());
        }

        boolean isBusy() {
            return telling.isPresent() || downscaleRequest.isPresent();
        }

        /// It may use the new size before its answer comes, if one comes.
        Present withNotification(OpenRequest request) {
            return new Present(
                    session,
                    minSize,
                    maxSize.max(request.size()),
                    Optional.of(request),
                    downscaleRequest,
                    askAt,
                    problem);
        }

        Present withDownscaleRequest(OpenRequest request) {
            return new Present(
                    session, minSize, maxSize, telling, Optional.of(request), askAt, problem);
        }

        /// It has exactly `size` now, by its own word.
        Present settled(Resources size) {
            return new Present(
                    session,
                    size,
                    size,
                    Optional.empty(),
                    Optional.empty(),
                    askAt,
                    Optional.empty());
        }

        /// It has what it had.
        Present refused() {
            return new Present(
                    session, minSize, maxSize, telling, Optional.empty(), askAt, Optional.empty());
        }

        /// It may have given up what it was asked for, all the same.
        Present failed(String why, Moment next) {
            Resources min = downscaleRequest.map(it -> minSize.min(it.size())).orElse(minSize);
            return new Present(
                    session,
                    min,
                    maxSize,
                    Optional.empty(),
                    Optional.empty(),
                    next,
                    Optional.of(why));
        }

        /// What is gone cannot be in use.
        Present within(Resources atMost) {
            return new Present(
                    session,
                    minSize.min(atMost),
                    maxSize.min(atMost),
                    telling,
                    downscaleRequest,
                    askAt,
                    problem);
        }
    }
}
