package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;

/// All that is remembered of one VM.
///
/// @param has what it was last seen to have
/// @param heading what its driver was last asked to make of it, while that is not what it has: it
///     may get there at any time
/// @param span where it may be
/// @param demand what metrics call for
/// @param held a shrink that was refused
/// @param resizedFor why the newest resize was begun
/// @param resizeSpan when the size last changed, or was being changed
/// @param oomKillAt when the VM's kernel last killed a process for want of memory
/// @param memoryFloor the least memory after a kill of the whole VM for want of memory
/// @param nextId of the next action that wants an answer
/// @param lookAt when a VM that is on its way is looked at
/// @param why what the last step decided, and why
/// @param wakeAt when the next decision is due without any event
public record State(
        Limits limits,
        Resources has,
        Optional<Resources> heading,
        Span span,
        Demand demand,
        Optional<Urgent> urgent,
        Optional<Held> held,
        Cooldown cooldown,
        Scheduler scheduler,
        Monitor monitor,
        Resizing resizing,
        ResizeRetries retries,
        Optional<Reason> resizedFor,
        Optional<ResizeSpan> resizeSpan,
        Optional<Moment> oomKillAt,
        Optional<MemoryFloor> memoryFloor,
        long nextId,
        Optional<Moment> lookAt,
        Why why,
        Moment wakeAt) {

    /// A VM that was just found, with whatever it has: it is entitled to that.
    ///
    /// @param asked what its driver was last asked to make of it, perhaps by somebody before us
    /// @param firstId above every id that a peer may remember of this VM
    public static State begin(
            Limits limits, Resources has, Resources asked, long firstId, Rules rules, Moment now) {
        return new State(
                limits,
                has,
                Optional.of(asked).filter(it -> !it.equals(has)),
                Span.between(has, asked),
                Demand.none(now),
                Optional.empty(),
                Optional.empty(),
                Cooldown.begin(rules.cooldown()),
                new Scheduler(has.max(asked), Optional.empty(), now, now, false, Optional.empty()),
                new Monitor.Absent(),
                new Resizing.Idle(),
                ResizeRetries.NONE,
                Optional.empty(),
                // Somebody before us may be at it still.
                asked.equals(has)
                        ? Optional.empty()
                        : Optional.of(ResizeSpan.begin(now, !asked.covers(has))),
                Optional.empty(),
                Optional.empty(),
                firstId,
                Optional.empty(),
                new Why(has, has, new Reason.NothingKnown(), new Obstacle.None(), Optional.empty()),
                now.plus(Duration.ofNanos(1)));
    }
}
