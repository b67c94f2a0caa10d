package dev.elastigres.daemon.thread;

import dev.elastigres.core.units.Moment;

/// The monotonic clock of this process. Decisions get its time with each event and do not read it.
public final class MonotonicClock {
    private MonotonicClock() {}

    public static Moment now() {
        return new Moment(System.nanoTime());
    }
}
