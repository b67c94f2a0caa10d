package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.SampleWindow;
import dev.elastigres.core.monitor.Usage;
import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Samples the memory of one Postgres, and the machine's total, at a fixed period from a platform
/// thread of its own. Speaks up when usage crosses the threshold or becomes known or unknown, and
/// when the total changes; whoever wants the figures in between asks for [#usage].
public final class Watcher implements AutoCloseable {
    private final @Nullable MemorySource source;
    private final MemoryTotal total;
    private final WatchConfig config;
    private final Listener listener;
    private final UsageBoard board;
    private final Thread thread;

    private volatile long threshold = Long.MAX_VALUE;
    private volatile @Nullable String totalTrouble;
    private volatile boolean closed;

    // Of the sampling thread alone.
    private final SampleWindow window;
    private int generation;
    private int untold;
    private boolean toldKnown;
    private boolean toldAbove;
    private long toldTotal;

    /// Is called on the sampling thread and must not block. An answer of false means that it could
    /// not be taken, and is told again at the next sample.
    public interface Listener {
        boolean usageMoved();

        boolean totalObserved(Bytes total);

        /// Another [WatchConfig#report] samples were taken.
        boolean sampled();
    }

    /// @param source empty when nothing is watched
    /// @param observed the total of memory that is known already
    public Watcher(
            Optional<MemorySource> source,
            MemoryTotal total,
            Bytes observed,
            WatchConfig config,
            Listener listener) {
        this.source = source.orElse(null);
        this.total = total;
        this.config = config;
        this.listener = listener;
        this.board =
                new UsageBoard(source.isEmpty() ? new Usage.Unwatched() : new Usage.Unsampled());
        this.window = new SampleWindow(config.window());
        this.toldTotal = observed.value() / 1024;
        this.thread = Thread.ofPlatform().name("watcher").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    public Usage usage() {
        return board.read();
    }

    /// Why the machine's total cannot be read now; empty when it can.
    public Optional<String> totalTrouble() {
        return Optional.ofNullable(totalTrouble);
    }

    public boolean isAlive() {
        return thread.isAlive();
    }

    public void setThreshold(Bytes bytes) {
        threshold = bytes.value();
    }

    private void run() {
        long period = config.interval().toNanos();
        long next = System.nanoTime();
        while (!closed) {
            long now = System.nanoTime();
            observeTotal(now);
            if (source != null) sample(source, now);
            next += period;
            // After a pause of the whole machine there is nothing to catch up with.
            if (next - System.nanoTime() < 0) next = System.nanoTime() + period;
            long wait;
            while (!closed && (wait = next - System.nanoTime()) > 0)
                LockSupport.parkNanos(this, wait);
        }
        if (source != null) source.close();
        total.close();
    }

    private void sample(MemorySource from, long now) {
        try {
            long bytes = from.read(now);
            if (from.generation() != generation) {
                generation = from.generation();
                window.clear();
            }
            window.add(bytes);
            board.write(window.average(), bytes, window.size(), now);
            tell(true, window.average() >= threshold);
            if (config.report() > 0 && ++untold >= config.report() && listener.sampled())
                untold = 0;
        } catch (UnreadableException e) {
            // What is read after a gap begins a window of its own.
            window.clear();
            board.writeUnreadable(String.valueOf(e.getMessage()));
            tell(false, false);
        }
    }

    private void tell(boolean known, boolean above) {
        if (known == toldKnown && above == toldAbove) return;
        if (!listener.usageMoved()) return;
        toldKnown = known;
        toldAbove = above;
    }

    private void observeTotal(long now) {
        try {
            long kibibytes = total.readKibibytes(now);
            if (totalTrouble != null) totalTrouble = null;
            if (kibibytes != toldTotal && listener.totalObserved(Bytes.ofKibibytes(kibibytes)))
                toldTotal = kibibytes;
        } catch (UnreadableException e) {
            totalTrouble = String.valueOf(e.getMessage());
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        if (!thread.isAlive()) return;
        try {
            thread.join(Duration.ofMillis(500));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
