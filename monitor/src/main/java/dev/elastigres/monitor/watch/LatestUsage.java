package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.MachineMemory;
import dev.elastigres.core.monitor.Usage;
import dev.elastigres.core.monitor.UsageForecast;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.util.concurrent.atomic.AtomicLongArray;

/// The latest usage, written by the sampling thread and read by any. Writing a sample allocates
/// nothing, which is why this is not a reference to a record.
final class LatestUsage {
    // A seqlock: the writer makes the version odd, writes, and makes it even; a reader that saw it
    // change reads again.
    private static final int VERSION = 0;
    private static final int AVERAGE = 1;
    private static final int LAST = 2;
    private static final int SAMPLES = 3;
    private static final int AT = 4;
    private static final int FORESEEN = 5;
    private static final int RATE = 6;
    private static final int KERNEL = 7;
    private final AtomicLongArray known = new AtomicLongArray(8);

    /// The value to return if there are no figures; replaced only when reading starts to fail.
    private volatile Usage instead;

    private volatile boolean isKnown;

    LatestUsage(Usage beforeFirst) {
        instead = beforeFirst;
    }

    void write(
            long average,
            long last,
            int samples,
            long nanoTime,
            long forecast,
            long rate,
            long kernel) {
        long version = known.get(VERSION);
        known.set(VERSION, version + 1);
        known.set(AVERAGE, average);
        known.set(LAST, last);
        known.set(SAMPLES, samples);
        known.set(AT, nanoTime);
        known.set(FORESEEN, forecast);
        known.set(RATE, rate);
        known.set(KERNEL, kernel);
        known.set(VERSION, version + 2);
        isKnown = true;
    }

    void writeUnreadable(String why) {
        instead = new Usage.Unreadable(why);
        isKnown = false;
    }

    /// Returns the latest usage.
    ///
    /// @param machine memory of the machine, as known now
    Usage read(MachineMemory machine) {
        if (!isKnown) return instead;
        while (true) {
            long version = known.get(VERSION);
            var usage =
                    new Usage.Known(
                            new Bytes(known.get(AVERAGE)),
                            new Bytes(known.get(LAST)),
                            (int) known.get(SAMPLES),
                            new Moment(known.get(AT)),
                            new UsageForecast(
                                    new Bytes(known.get(FORESEEN)),
                                    new Bytes(known.get(RATE)),
                                    new Bytes(known.get(KERNEL))),
                            machine);
            if (version % 2 == 0 && known.get(VERSION) == version) return usage;
            Thread.onSpinWait();
        }
    }
}
