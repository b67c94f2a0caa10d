package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;

/// All that is remembered of one VM.
///
/// @param current what it was last seen to have
/// @param targetSize what its driver was last asked to make of it, while that is not what it
///     has: it may get there at any time
/// @param range where it may be
/// @param demand what metrics call for
/// @param refusedShrink a shrink that was refused
/// @param resizedFor why the newest resize was begun
/// @param resizeSpan when the size last changed, or was being changed
/// @param oomKillAt when the VM's kernel last killed a process for want of memory
/// @param memoryFloor the least memory after a kill of the whole VM for want of memory
/// @param nextId of the next action that wants an answer
/// @param lookAt when a VM that is on its way is looked at
/// @param why what the last step decided, and why
/// @param wakeAt when the next decision is due without any event
public record State(
        SizeLimits limits,
        Resources current,
        Optional<Resources> targetSize,
        SizeRange range,
        DemandHistory demand,
        Optional<UrgentUpscale> urgent,
        Optional<RefusedShrink> refusedShrink,
        Cooldown cooldown,
        SchedulerView scheduler,
        MonitorView monitor,
        ResizeState resizing,
        ResizeRetries retries,
        Optional<SizeReason> resizedFor,
        Optional<ResizeSpan> resizeSpan,
        Optional<Moment> oomKillAt,
        Optional<MemoryFloor> memoryFloor,
        long nextId,
        Optional<Moment> lookAt,
        SizeExplanation why,
        Moment wakeAt) {

    /// A VM that was just found, with whatever it has: it is entitled to that.
    ///
    /// @param asked what its driver was last asked to make of it, perhaps by somebody before us
    /// @param firstId above every id that a peer may remember of this VM
    public static State begin(
            SizeLimits limits,
            Resources current,
            Resources asked,
            long firstId,
            ScalingRules rules,
            Moment now) {
        return new State(
                limits,
                current,
                Optional.of(asked).filter(it -> !it.equals(current)),
                SizeRange.between(current, asked),
                DemandHistory.none(now),
                Optional.empty(),
                Optional.empty(),
                Cooldown.begin(rules.cooldown()),
                new SchedulerView(
                        current.max(asked), Optional.empty(), now, now, false, Optional.empty()),
                new MonitorView.Absent(),
                new ResizeState.Idle(),
                ResizeRetries.NONE,
                Optional.empty(),
                // Somebody before us may be at it still.
                asked.equals(current)
                        ? Optional.empty()
                        : Optional.of(ResizeSpan.begin(now, !asked.covers(current))),
                Optional.empty(),
                Optional.empty(),
                firstId,
                Optional.empty(),
                new SizeExplanation(
                        current,
                        current,
                        new SizeReason.NothingKnown(),
                        new Obstacle.None(),
                        Optional.empty()),
                now.plus(Duration.ofNanos(1)));
    }
}
