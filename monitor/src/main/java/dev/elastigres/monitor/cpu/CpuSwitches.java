package dev.elastigres.monitor.cpu;

import dev.elastigres.daemon.metrics.KernelReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/// Switches the CPUs of this machine online and offline, through the kernel's `devices/system/cpu`.
/// Lower numbers are switched on first and off last; the first CPU always stays on. Thread-safe.
///
/// Files are read and written on platform threads, and callers wait for a limited time.
public final class CpuSwitches {
    /// Maximum wait for a change and for the one before it. The HTTP server gives up a request
    /// after four seconds, of which a read may take one.
    private static final Duration CHANGE_TIMEOUT = Duration.ofMillis(2500);

    private static final Pattern NAME = Pattern.compile("cpu\\d{1,4}");

    private final Path folder;
    private final KernelReader reader;

    /// Held while the CPUs are changed.
    private final Semaphore changing = new Semaphore(1);

    /// Creates the control of the CPUs in `folder`.
    ///
    /// @param reader reads the kernel's files
    /// @param folder `/sys/devices/system/cpu`
    public CpuSwitches(KernelReader reader, Path folder) {
        this.reader = reader;
        this.folder = folder;
    }

    /// Numbers of CPUs.
    ///
    /// @param online CPUs that are online
    /// @param present CPUs that exist, online or not
    public record CpuCounts(int online, int present) {}

    /// Identifies a read by the file or directory.
    private record CpuReadKey(Path path) {}

    /// Returns the current numbers of CPUs.
    ///
    /// @throws CpuException if a file cannot be read or does not answer
    public CpuCounts count() throws CpuException {
        List<Path> all = all();
        int online = 0;
        for (Path cpu : all) if (isOnline(cpu)) online++;
        return new CpuCounts(online, all.size());
    }

    /// Switches `wanted` CPUs on, or all if there are fewer, and the others off. Returns the
    /// numbers afterwards; `online` differs from `wanted` while CPUs are still to be added.
    ///
    /// @param wanted number of CPUs, at least 1
    /// @throws CpuException if a file cannot be read or written, or the kernel takes more
    ///     than 2.5 s for this change and an earlier one; the change may then still be made
    public CpuCounts switchTo(int wanted) throws CpuException {
        try {
            return await(new FutureTask<>(() -> change(wanted)));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new CpuException("interrupted while the CPUs were switched");
        }
    }

    private CpuCounts await(FutureTask<CpuCounts> change)
            throws CpuException, InterruptedException {
        long deadline = System.nanoTime() + CHANGE_TIMEOUT.toNanos();
        if (!changing.tryAcquire(CHANGE_TIMEOUT.toNanos(), TimeUnit.NANOSECONDS))
            throw new CpuException("an earlier change of the CPUs has not ended");
        Thread.ofPlatform()
                .name("cpu-switches")
                .daemon()
                .start(
                        () -> {
                            try {
                                change.run();
                            } finally {
                                changing.release();
                            }
                        });
        try {
            return change.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw new CpuException("the kernel has not switched the CPUs yet");
        } catch (ExecutionException e) {
            throw failed("cannot switch the CPUs", e);
        }
    }

    private CpuCounts change(int wanted) throws CpuException {
        List<Path> all = all();
        // On before off: the machine never has fewer CPUs than the smaller of both sizes.
        for (int i = 0; i < Math.min(wanted, all.size()); i++) set(all.get(i), true);
        for (int i = all.size() - 1; i >= Math.max(1, wanted); i--) set(all.get(i), false);
        return count();
    }

    /// Returns the CPUs' directories in the order of their numbers.
    private List<Path> all() throws CpuException {
        return read(
                folder,
                "cannot list the CPUs",
                () -> {
                    try (var entries = Files.list(folder)) {
                        return entries.filter(
                                        it -> NAME.matcher(it.getFileName().toString()).matches())
                                .sorted((one, other) -> Integer.compare(number(one), number(other)))
                                .toList();
                    }
                });
    }

    private static int number(Path cpu) {
        return Integer.parseInt(cpu.getFileName().toString().substring("cpu".length()));
    }

    /// Returns whether a CPU is online. A CPU without a switch always is.
    private boolean isOnline(Path cpu) throws CpuException {
        Path file = cpu.resolve("online");
        return read(
                file,
                "cannot read " + cpu.getFileName(),
                () -> !Files.exists(file) || Files.readString(file).strip().equals("1"));
    }

    private <T> T read(Path path, String failure, Callable<T> what) throws CpuException {
        try {
            return reader.call(new CpuReadKey(path), path.toString(), what);
        } catch (KernelReader.ReadTimeoutException e) {
            throw new CpuException(failure + ": " + e.getMessage());
        } catch (ExecutionException e) {
            throw failed(failure, e);
        }
    }

    /// Returns the exception for a failed call; throws its bug, if it is one.
    private static CpuException failed(String what, ExecutionException e) {
        return switch (e.getCause()) {
            case CpuException known -> known;
            case IOException failure -> new CpuException(what, failure);
            case Error bug -> throw bug;
            case RuntimeException bug -> throw bug;
            case null, default -> throw new IllegalStateException(e);
        };
    }

    private void set(Path cpu, boolean on) throws CpuException {
        if (isOnline(cpu) == on) return;
        try {
            Files.writeString(cpu.resolve("online"), on ? "1" : "0");
        } catch (IOException e) {
            throw new CpuException("cannot switch " + cpu.getFileName() + (on ? " on" : " off"), e);
        }
    }
}
