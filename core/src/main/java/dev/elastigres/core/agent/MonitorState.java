package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.util.Optional;

/// State of the VM's monitor as the agent knows it.
public sealed interface MonitorState {

    /// No monitor is connected, so no shrink can be agreed to.
    record Absent() implements MonitorState {}

    /// @param wholeUnits whether it gets sizes of whole compute units only: a monitor of protocol
    ///     v1.0
    /// @param minSize the smallest size that the monitor may believe the VM has
    /// @param maxSize the largest size that the monitor may use; the VM never becomes smaller than
    ///     this
    /// @param notification the notification that the monitor has not confirmed yet
    /// @param downscaleRequest the downscale request that the monitor has not answered yet
    /// @param askAt the monitor gets no message before this moment
    /// @param problem why the last message failed; empty after one that succeeded
    record Present(
            long session,
            boolean wholeUnits,
            Resources minSize,
            Resources maxSize,
            Optional<OpenRequest> notification,
            Optional<OpenRequest> downscaleRequest,
            Moment askAt,
            Optional<String> problem)
            implements MonitorState {

        /// Returns the state of a new session. A new monitor may know of no size, and may use
        /// everything the VM has.
        static Present begin(long session, boolean wholeUnits, Resources atMost, Moment now) {
            return new Present(
                    session,
                    wholeUnits,
                    Resources.ZERO,
                    atMost,
                    Optional.empty(),
                    Optional.empty(),
                    now,
                    Optional.empty());
        }

        boolean isBusy() {
            return notification.isPresent() || downscaleRequest.isPresent();
        }

        /// Returns the state after a notification. The monitor may use the new size before its
        /// answer arrives, even if none ever does.
        Present withNotification(OpenRequest request) {
            return new Present(
                    session,
                    wholeUnits,
                    minSize,
                    maxSize.max(request.size()),
                    Optional.of(request),
                    downscaleRequest,
                    askAt,
                    problem);
        }

        Present withDownscaleRequest(OpenRequest request) {
            return new Present(
                    session,
                    wholeUnits,
                    minSize,
                    maxSize,
                    notification,
                    Optional.of(request),
                    askAt,
                    problem);
        }

        /// Returns the state after the monitor confirmed `size` or agreed to it: the monitor uses
        /// exactly that.
        Present settled(Resources size) {
            return new Present(
                    session,
                    wholeUnits,
                    size,
                    size,
                    Optional.empty(),
                    Optional.empty(),
                    askAt,
                    Optional.empty());
        }

        /// Returns the state after a refusal: the monitor keeps its size.
        Present refused() {
            return new Present(
                    session,
                    wholeUnits,
                    minSize,
                    maxSize,
                    notification,
                    Optional.empty(),
                    askAt,
                    Optional.empty());
        }

        /// Returns the state after a failed message. The monitor may still have released what the
        /// downscale request asked for.
        Present failed(String why, Moment next) {
            Resources min = downscaleRequest.map(it -> minSize.min(it.size())).orElse(minSize);
            return new Present(
                    session,
                    wholeUnits,
                    min,
                    maxSize,
                    Optional.empty(),
                    Optional.empty(),
                    next,
                    Optional.of(why));
        }

        /// Returns the state with both sizes capped at `atMost`: the monitor cannot use resources
        /// that the VM no longer has.
        Present within(Resources atMost) {
            return new Present(
                    session,
                    wholeUnits,
                    minSize.min(atMost),
                    maxSize.min(atMost),
                    notification,
                    downscaleRequest,
                    askAt,
                    problem);
        }
    }
}
