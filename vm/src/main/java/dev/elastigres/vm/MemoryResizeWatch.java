package dev.elastigres.vm;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.time.Duration;

/// Tracks a change of plugged memory until it is complete or stalls. A guest that could not plug or
/// unplug a block retries only after about 40 s, unless another size is requested.
///
/// @param wanted plugged memory that was requested
/// @param deadline when to give up
/// @param seen plugged memory at the last progress
/// @param since time of the last progress or nudge
/// @param nudges number of nudges since the last progress
record MemoryResizeWatch(Bytes wanted, Moment deadline, Bytes seen, Moment since, int nudges) {
    /// Time without progress after which the guest is assumed to have stopped trying.
    static final Duration STILL = Duration.ofMillis(1500);

    /// Maximum number of consecutive nudges without progress while shrinking. Growing has no such
    /// limit: a full and busy guest may need a long time for a block, but succeeds in the end.
    static final int MAX_NUDGES = 10;

    static MemoryResizeWatch begin(Bytes wanted, Bytes now, Moment at, Duration within) {
        return new MemoryResizeWatch(wanted, at.plus(within), now, at, 0);
    }

    /// The next step of the caller.
    sealed interface WatchStep {
        record Done() implements WatchStep {}

        record Poll(MemoryResizeWatch next) implements WatchStep {}

        /// Request another size, and then the wanted one again.
        record Resubmit(MemoryResizeWatch next) implements WatchStep {}

        record GiveUp(Bytes current) implements WatchStep {}
    }

    WatchStep next(Bytes plugged, Moment at) {
        if (plugged.equals(wanted)) return new WatchStep.Done();
        if (at.isAfter(deadline)) return new WatchStep.GiveUp(plugged);
        if (!plugged.equals(seen))
            return new WatchStep.Poll(new MemoryResizeWatch(wanted, deadline, plugged, at, 0));
        if (at.since(since).compareTo(STILL) < 0) return new WatchStep.Poll(this);
        if (!grows(plugged) && nudges >= MAX_NUDGES) return new WatchStep.GiveUp(plugged);
        return new WatchStep.Resubmit(
                new MemoryResizeWatch(wanted, deadline, plugged, at, nudges + 1));
    }

    private boolean grows(Bytes plugged) {
        return plugged.isLessThan(wanted);
    }
}
