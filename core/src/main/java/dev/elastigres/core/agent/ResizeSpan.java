package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;

/// The time in which the VM's size last changed, or was being changed.
///
/// Plugging and unplugging memory keeps a guest's CPUs busy, and its memory counts as used while it
/// goes. What is measured in this time is the work of the resize, not demand.
///
/// @param advanced when the call to the driver began that last changed the size; at first, when the
///     span began
/// @param ended when it ended, or was last seen to go on
/// @param shrinks whether something was taken from the VM
/// @param open whether it goes on
public record ResizeSpan(Moment advanced, Moment ended, boolean shrinks, boolean open) {
    /// A growth that changes nothing for longer waits for something, such as a node with room. The
    /// VM's metrics count again meanwhile.
    static final Duration MAX_GROWTH = Duration.ofMinutes(1);

    /// A guest that gives memory up works all the time. What is needed all the same is asked for by
    /// its monitor, without which no VM shrinks.
    static final Duration MAX_SHRINK = Duration.ofMinutes(10);

    static ResizeSpan begin(Moment now, boolean shrinks) {
        return new ResizeSpan(now, now, shrinks, true);
    }

    /// The size was seen to change, though nobody here changed it.
    ///
    /// @param last the span before
    static ResizeSpan seen(Optional<ResizeSpan> last, Moment at) {
        return last.filter(ResizeSpan::open)
                .map(it -> it.until(at, true))
                .orElseGet(() -> new ResizeSpan(at, at, false, false));
    }

    ResizeSpan until(Moment now, boolean goesOn) {
        return new ResizeSpan(advanced, now, shrinks, goesOn);
    }

    /// The size changed by the call that began at `call`.
    ResizeSpan changedBy(Moment call) {
        return new ResizeSpan(call, ended, shrinks, open);
    }

    /// It goes on, as one that takes something from the VM.
    ResizeSpan shrinking() {
        return new ResizeSpan(advanced, ended, true, open);
    }

    /// Whether it has changed nothing for so long that metrics count meanwhile.
    public boolean isStuck(Moment now) {
        return open && !now.isBefore(advanced.plus(max()));
    }

    private Duration max() {
        return shrinks ? MAX_SHRINK : MAX_GROWTH;
    }

    /// Whether what was measured from `since` on may have some of its work in it.
    boolean reaches(Moment since) {
        Moment end = advanced.plus(max());
        if (!open && ended.isBefore(end)) end = ended;
        return since.isBefore(end);
    }
}
