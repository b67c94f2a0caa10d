package dev.elastigres.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.monitor.watch.KernelReadException;
import dev.elastigres.monitor.watch.MemoryTotal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/// Kernel reads that the start waits for, each within the timeout of a [KernelReader].
final class StartupReadings {
    private StartupReadings() {}

    /// Reads the total memory once.
    ///
    /// @param place the path that identifies its files
    /// @throws KernelReadException if it cannot be read in time
    static Bytes total(KernelReader reader, Path place, Supplier<MemoryTotal> total)
            throws KernelReadException {
        try {
            return reader.call(
                    // Not a record: the first hash of a record loads classes, and no agent is
                    // served yet.
                    List.of(StartupReadings.class, place),
                    place.toString(),
                    () -> {
                        try (MemoryTotal once = total.get()) {
                            return once.read();
                        }
                    });
        } catch (KernelReader.ReadTimeoutException e) {
            throw new KernelReadException(String.valueOf(e.getMessage()));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof KernelReadException unreadable) throw unreadable;
            throw new IllegalStateException(e.getCause());
        }
    }
}
