package dev.elastigres.vm;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.time.Duration;

/// Follows a change of plugged memory until it is done, or clearly will not be. A guest that could
/// not take or give a block tries again only after some 40 s, unless another size is asked for.
/// @param nudges without any progress since
record MemoryResizeWatch(Bytes wanted, Moment deadline, Bytes seen, Moment since, int nudges) {
    /// Without progress for this long, the guest has stopped trying.
    static final Duration STILL = Duration.ofMillis(1500);

    /// Attempts in a row to shrink that change nothing. Growing has no such limit: a guest that is
    /// full and busy may take long over a block, and gets there in the end.
    static final int MAX_NUDGES = 10;

    static MemoryResizeWatch begin(Bytes wanted, Bytes now, Moment at, Duration within) {
        return new MemoryResizeWatch(wanted, at.plus(within), now, at, 0);
    }

    /// What to do next.
    sealed interface WatchStep {
        record Done() implements WatchStep {}

        record Look(MemoryResizeWatch next) implements WatchStep {}

        /// Ask for another size and then for the wanted one again.
        record Nudge(MemoryResizeWatch next) implements WatchStep {}

        record GiveUp(Bytes current) implements WatchStep {}
    }

    WatchStep next(Bytes plugged, Moment at) {
        if (plugged.equals(wanted)) return new WatchStep.Done();
        if (at.isAfter(deadline)) return new WatchStep.GiveUp(plugged);
        if (!plugged.equals(seen))
            return new WatchStep.Look(new MemoryResizeWatch(wanted, deadline, plugged, at, 0));
        if (at.since(since).compareTo(STILL) < 0) return new WatchStep.Look(this);
        if (!grows(plugged) && nudges >= MAX_NUDGES) return new WatchStep.GiveUp(plugged);
        return new WatchStep.Nudge(
                new MemoryResizeWatch(wanted, deadline, plugged, at, nudges + 1));
    }

    private boolean grows(Bytes plugged) {
        return plugged.isLessThan(wanted);
    }
}
