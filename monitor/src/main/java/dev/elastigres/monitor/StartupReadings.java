package dev.elastigres.monitor;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.monitor.watch.KernelReadException;
import dev.elastigres.monitor.watch.MemoryTotal;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;

/// Readings that a start waits for, each within the time-out of a [KernelReader].
final class StartupReadings {
    private StartupReadings() {}

    /// Reads a total once.
    ///
    /// @param place of its files
    /// @throws UnreadableException when it cannot be read in time
    static Bytes total(KernelReader reader, Path place, Supplier<MemoryTotal> total)
            throws KernelReadException {
        try {
            return reader.call(
                    // No record: the first hash of one makes classes, while nobody is served yet.
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
