package dev.elastigres.core.agent;

import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;

/// State of one VM between two events.
///
/// @param current the size last observed
/// @param targetSize the size last requested from the driver, while it differs from `current`: the
///     VM may reach it at any time
/// @param range the sizes that the VM may have
/// @param demand demand according to the metrics
/// @param refusedShrink the last refused shrink, while it counts
/// @param resizedFor reason for the newest resize
/// @param resizeSpan time span of the last resize, or of the one in progress
/// @param oomKillAt when the VM's kernel last killed a process because memory ran out
/// @param memoryFloor minimum memory after the whole VM was killed because memory ran out
/// @param nextId id of the next action that expects an answer
/// @param lookAt when to read the size of a VM whose resize is not finished
/// @param why the last decision and its reasons
/// @param wakeAt when the next decision is due without an event
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

    /// Returns the state of a newly found VM. It is entitled to the size it has.
    ///
    /// @param asked the size last requested from its driver, possibly by an earlier agent
    /// @param firstId an id above all ids that a peer may remember for this VM
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
                // A resize that an earlier agent started may still be in progress.
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
