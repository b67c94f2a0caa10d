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

/// Reads the kernel's text files on platform threads of its own, for no longer than a time-out. A
/// file that does not answer, such as one of a hung FUSE file system, costs whoever wants it that
/// time once and then nothing, and keeps one thread until it answers.
///
/// A thread that reads a file cannot do anything else meanwhile. Were it the carrier of virtual
/// threads, a few such files would stop all of them.
public final class KernelReader implements AutoCloseable {
    /// The kernel answers within milliseconds, also on a busy machine.
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    /// As many files may be silent at a time. Any further is not tried.
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

    /// Starts no thread before the first reading.
    public KernelReader() {}

    /// A reading failed, or did not end in time. The message is a clause that says of what.
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

    /// The whole file. One that cannot be read, or does not answer in time, says nothing but
    /// [KernelText#problem].
    public KernelText read(Path file) {
        try {
            return call(file, file.toString(), () -> KernelText.read(file));
        } catch (ReadTimeoutException e) {
            return KernelText.unreadable(String.valueOf(e.getMessage()));
        } catch (ExecutionException e) {
            return KernelText.unreadable(file + " cannot be read: " + e.getCause());
        }
    }

    /// Reads something else. Whoever wants the same while it is read waits for that reading.
    ///
    /// @param key what is the same; two kinds of readings have no key in common
    /// @param name for people
    /// @throws ReadTimeoutException when it does not end in time
    /// @throws ExecutionException with what `what` throws
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

    /// The one that is under way, or another.
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
            // It has its result before it leaves: to whoever comes now that is an old one.
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

    /// The names of the readings that do not answer now, sorted.
    public List<String> silent() {
        return readings.values().stream()
                .filter(reading -> reading.isSilent() && !reading.isDone())
                .map(reading -> reading.name)
                .sorted()
                .toList();
    }

    /// Waits for nothing.
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
