package dev.elastigres.core.agent;

import dev.elastigres.core.agent.ResizeState.Running;
import java.util.Optional;

/// State of the VM's driver as the agent knows it: the resize in progress, and what is left of
/// earlier ones.
///
/// @param resizing the resize that the driver runs
/// @param retries pending retries of the last resizes
/// @param reasons reasons for the newest resize
/// @param span time span of the last resize, or of the one in progress
public record DriverState(
        ResizeState resizing,
        ResizeRetries retries,
        Optional<SizeReasons> reasons,
        Optional<ResizeSpan> span) {

    static DriverState begin(Optional<ResizeSpan> span) {
        return new DriverState(new ResizeState.Idle(), ResizeRetries.NONE, Optional.empty(), span);
    }

    /// Returns the request for the resize in progress.
    Optional<OpenRequest> running() {
        return resizing instanceof Running(OpenRequest request)
                ? Optional.of(request)
                : Optional.empty();
    }

    boolean isRunning() {
        return resizing instanceof Running;
    }

    /// Returns this after the resize in progress ended or was abandoned.
    DriverState idle() {
        return new DriverState(new ResizeState.Idle(), retries, reasons, span);
    }

    DriverState started(OpenRequest request, SizeReasons why) {
        return new DriverState(new Running(request), retries, Optional.of(why), span);
    }

    DriverState with(ResizeRetries pending) {
        return new DriverState(resizing, pending, reasons, span);
    }

    DriverState withSpan(Optional<ResizeSpan> resize) {
        return new DriverState(resizing, retries, reasons, resize);
    }
}
