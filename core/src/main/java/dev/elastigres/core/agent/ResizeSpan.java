package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;

/// Time span of the VM's last resize, or of the one in progress.
///
/// Plugging and unplugging memory keeps a guest's CPUs busy, and memory that is being unplugged
/// counts as used. Measurements from this span show the work of the resize, not demand.
///
/// @param began when the span began
/// @param advanced start of the driver call that last changed the size; initially the start of the
///     span
/// @param ended when the span ended, or when the resize was last seen in progress
/// @param shrinks whether the resize takes something from the VM
/// @param open whether the resize is still in progress
public record ResizeSpan(
        Moment began, Moment advanced, Moment ended, boolean shrinks, boolean open) {
    /// Maximum time without progress of a growth. A growth without progress for longer is blocked,
    /// for example until a node has room, so the VM's metrics count again.
    static final Duration MAX_GROWTH = Duration.ofMinutes(1);

    /// Maximum time without progress of a shrink. A guest that releases memory works all the time.
    /// If the VM needs more meanwhile, its monitor asks for it; no VM shrinks without one.
    static final Duration MAX_SHRINK = Duration.ofMinutes(10);

    static ResizeSpan begin(Moment now, boolean shrinks) {
        return new ResizeSpan(now, now, now, shrinks, true);
    }

    /// Returns the span after a size change that this agent did not make.
    ///
    /// @param last the previous span
    static ResizeSpan seen(Optional<ResizeSpan> last, Moment at) {
        return last.filter(ResizeSpan::open)
                .map(it -> it.until(at, true))
                .orElseGet(() -> new ResizeSpan(at, at, at, false, false));
    }

    ResizeSpan until(Moment now, boolean goesOn) {
        return new ResizeSpan(began, advanced, now, shrinks, goesOn);
    }

    /// Returns the span after the call that began at `call` changed the size.
    ResizeSpan changedBy(Moment call) {
        return new ResizeSpan(began, call, ended, shrinks, open);
    }

    /// Returns the span as one that takes something from the VM.
    ResizeSpan shrinking() {
        return new ResizeSpan(began, advanced, ended, true, open);
    }

    /// Returns whether the resize has made no progress for so long that metrics count again.
    public boolean isStuck(Moment now) {
        return open && !now.isBefore(advanced.plus(max()));
    }

    private Duration max() {
        return shrinks ? MAX_SHRINK : MAX_GROWTH;
    }

    /// Returns whether a measurement that began at `since` may include work of the resize.
    boolean reaches(Moment since) {
        Moment end = advanced.plus(max());
        if (!open && ended.isBefore(end)) end = ended;
        return since.isBefore(end);
    }
}
