package dev.elastigres.daemon.metrics;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Reads the kernel's text files on platform threads of its own, with a timeout. A file that does
/// not answer, such as one of a hung FUSE file system, delays its callers by the timeout once, and
/// later callers not at all; it occupies one thread until it answers.
///
/// A thread that reads a file is blocked. If it were the carrier of virtual threads, a few such
/// files would stop all of them.
public final class KernelReader implements AutoCloseable {
    /// Timeout of a read. The kernel answers within milliseconds even on a busy machine.
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    /// Maximum number of files that may hang at a time. Further files are not read.
    private static final int MAX_THREADS = 16;

    private final Map<Object, KernelReading<?>> readings = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor threads =
            new ThreadPoolExecutor(
                    0,
                    MAX_THREADS,
                    1,
                    TimeUnit.SECONDS,
                    new SynchronousQueue<>(),
                    Thread.ofPlatform().name("kernel-reader").daemon().factory());

    /// Creates a reader. No thread starts before the first read.
    public KernelReader() {}

    /// A read did not end in time or was not possible. The message is a clause that names the file.
    public static final class ReadTimeoutException extends Exception {
        private static final long serialVersionUID = 1;

        ReadTimeoutException(String message) {
            super(message);
        }
    }

    private static class KernelReading<T> extends FutureTask<T> {
        private final long began = System.nanoTime();
        private final String name;

        KernelReading(String name, Callable<T> what) {
            super(what);
            this.name = name;
        }

        boolean isSilent() {
            return System.nanoTime() - began > TIMEOUT.toNanos();
        }

        long left() {
            return TIMEOUT.toNanos() - (System.nanoTime() - began);
        }
    }

    /// Reads a whole file. The result of a file that cannot be read, or does not answer in time,
    /// has only a [KernelText#problem].
    ///
    /// @param file the file
    public KernelText read(Path file) {
        try {
            return call(file, file.toString(), () -> KernelText.read(file));
        } catch (ReadTimeoutException e) {
            return KernelText.unreadable(String.valueOf(e.getMessage()));
        } catch (ExecutionException e) {
            return KernelText.unreadable(file + " cannot be read: " + e.getCause());
        }
    }

    /// Runs another read. Callers with the same key share a read that is in progress.
    ///
    /// @param key identifies the read; reads of different kinds must not share a key
    /// @param name readable name
    /// @param what the read
    /// @throws ReadTimeoutException if it does not end in time
    /// @throws ExecutionException with the exception that `what` throws
    public <T> T call(Object key, String name, Callable<T> what)
            throws ReadTimeoutException, ExecutionException {
        KernelReading<T> reading = reading(key, name, what);
        if (reading.isSilent() && !reading.isDone())
            throw new ReadTimeoutException(name + " does not answer");
        try {
            return reading.get(Math.max(1, reading.left()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException _) {
            throw new ReadTimeoutException(name + " does not answer");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new ReadTimeoutException(name + " was not read: interrupted");
        }
    }

    /// Returns the read in progress for the key, or starts one.
    @SuppressWarnings("unchecked")
    private <T> KernelReading<T> reading(Object key, String name, Callable<T> what)
            throws ReadTimeoutException {
        var mine =
                new KernelReading<>(name, what) {
                    @Override
                    protected void done() {
                        readings.remove(key, this);
                    }
                };
        while (true) {
            KernelReading<?> other = readings.putIfAbsent(key, mine);
            if (other == null) break;
            if (!other.isDone()) return (KernelReading<T>) other;
            // A read has its result before it is removed. For a new caller, that result is old.
            readings.remove(key, other);
        }
        try {
            threads.execute(mine);
            return mine;
        } catch (RejectedExecutionException _) {
            readings.remove(key, mine);
            throw new ReadTimeoutException(name + " is not read: too many files do not answer");
        }
    }

    /// Returns the names of the reads that have exceeded the timeout, sorted.
    public List<String> silent() {
        return readings.values().stream()
                .filter(reading -> reading.isSilent() && !reading.isDone())
                .map(reading -> reading.name)
                .sorted()
                .toList();
    }

    /// Stops the threads, without waiting for them.
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
