package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.MachineMemory;
import dev.elastigres.core.units.Bytes;
import java.util.concurrent.atomic.AtomicLongArray;

/// The latest memory figures of the machine or container, written by one thread and read by any.
/// Writing allocates nothing.
final class LatestMachineMemory {
    // As in LatestUsage: odd during a write.
    private static final int VERSION = 0;
    private static final int TOTAL = 1;
    private static final int UNAVAILABLE = 2;

    private final AtomicLongArray known = new AtomicLongArray(3);

    /// The value to return if there are no figures.
    private volatile MachineMemory instead = new MachineMemory.Unreported();

    private volatile boolean isKnown;

    void write(long total, long unavailable) {
        long version = known.get(VERSION);
        known.set(VERSION, version + 1);
        known.set(TOTAL, total);
        known.set(UNAVAILABLE, unavailable);
        known.set(VERSION, version + 2);
        isKnown = true;
    }

    /// Records that the kernel does not report available memory.
    void writeUnreported() {
        instead = new MachineMemory.Unreported();
        isKnown = false;
    }

    void writeUnreadable(String why) {
        instead = new MachineMemory.Unreadable(why);
        isKnown = false;
    }

    MachineMemory read() {
        if (!isKnown) return instead;
        while (true) {
            long version = known.get(VERSION);
            var machine =
                    new MachineMemory.Known(
                            new Bytes(known.get(TOTAL)), new Bytes(known.get(UNAVAILABLE)));
            if (version % 2 == 0 && known.get(VERSION) == version) return machine;
            Thread.onSpinWait();
        }
    }
}
