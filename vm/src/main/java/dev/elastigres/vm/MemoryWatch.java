package dev.elastigres.vm;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.time.Duration;

/// Follows a change of plugged memory until it is done, or clearly will not be. A guest that could
/// not take or give a block tries again only after some 40 s, unless another size is asked for.
/// @param nudges without any progress since
record MemoryWatch(Bytes wanted, Moment deadline, Bytes seen, Moment since, int nudges) {
    /// Without progress for this long, the guest has stopped trying.
    static final Duration STILL = Duration.ofMillis(1500);

    /// Attempts in a row to shrink that change nothing. Growing has no such limit: a guest that is
    /// full and busy may take long over a block, and gets there in the end.
    static final int MOST_NUDGES = 10;

    static MemoryWatch begin(Bytes wanted, Bytes now, Moment at, Duration within) {
        return new MemoryWatch(wanted, at.plus(within), now, at, 0);
    }

    /// What to do next.
    sealed interface Step {
        record Done() implements Step {}

        record Look(MemoryWatch next) implements Step {}

        /// Ask for another size and then for the wanted one again.
        record Nudge(MemoryWatch next) implements Step {}

        record GiveUp(Bytes has) implements Step {}
    }

    Step next(Bytes plugged, Moment at) {
        if (plugged.equals(wanted)) return new Step.Done();
        if (at.isAfter(deadline)) return new Step.GiveUp(plugged);
        if (!plugged.equals(seen))
            return new Step.Look(new MemoryWatch(wanted, deadline, plugged, at, 0));
        if (at.since(since).compareTo(STILL) < 0) return new Step.Look(this);
        if (!grows(plugged) && nudges >= MOST_NUDGES) return new Step.GiveUp(plugged);
        return new Step.Nudge(new MemoryWatch(wanted, deadline, plugged, at, nudges + 1));
    }

    private boolean grows(Bytes plugged) {
        return plugged.isLessThan(wanted);
    }
}
