package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.Usage;
import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Samples the memory of one Postgres, and the machine's total, from a platform thread of its own.
/// Speaks up when memory becomes short or is not any more, when usage becomes known or unknown, and
/// when the total changes; whoever wants the figures in between asks for [#usage].
public final class Watcher implements AutoCloseable {
    private final @Nullable MemorySource source;
    private final MemoryTotal total;
    private final int report;
    private final Judge judge;
    private final Listener listener;
    private final UsageBoard board;
    private final Thread thread;

    private volatile Aim aim = Aim.NONE;
    private volatile boolean nudged;
    private volatile @Nullable String totalTrouble;
    private volatile boolean closed;

    // Of the sampling thread alone.
    private int generation;
    private int untold;
    private boolean toldKnown;
    private boolean toldShort;
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
        this.report = config.report();
        this.judge = Judge.of(config.sampling());
        this.listener = listener;
        this.board =
                new UsageBoard(source.isEmpty() ? new Usage.Unwatched() : new Usage.Unsampled());
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

    /// Called by one thread, as [#setHorizon].
    public void setThreshold(Bytes bytes) {
        aim = aim.withThreshold(bytes.value());
        nudge();
    }

    /// How far ahead it is to look.
    public void setHorizon(Duration horizon) {
        aim = aim.withHorizon(horizon.toNanos());
        nudge();
    }

    /// Takes a sample now instead of when the next is due, where the period is not fixed.
    public void nudge() {
        if (!judge.mayHurry()) return;
        nudged = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        long due = System.nanoTime();
        long totalDue = due;
        while (!closed) {
            nudged = false;
            long now = System.nanoTime();
            if (now - totalDue >= 0) {
                observeTotal(now);
                totalDue = now + judge.machineEvery();
            }
            if (source != null) sample(source, now);
            long done = System.nanoTime();
            due = judge.nextAfter(due, done, done - now);
            await(due);
        }
        if (source != null) source.close();
        total.close();
    }

    private void await(long due) {
        long wait;
        while (!closed && !nudged && (wait = due - System.nanoTime()) > 0)
            LockSupport.parkNanos(this, wait);
    }

    private void sample(MemorySource from, long now) {
        try {
            long bytes = from.read(now);
            if (from.generation() != generation) {
                generation = from.generation();
                judge.clear();
            }
            Aim current = aim;
            judge.take(now, bytes, from.kernel(), current);
            judge.write(board, now);
            tell(true, judge.isShort(current.threshold(), toldShort));
            if (report > 0 && ++untold >= report && listener.sampled()) untold = 0;
        } catch (UnreadableException e) {
            // What is read after a gap begins a series of its own.
            judge.clear();
            board.writeUnreadable(String.valueOf(e.getMessage()));
            tell(false, false);
        }
    }

    private void tell(boolean known, boolean isShort) {
        if (known == toldKnown && isShort == toldShort) return;
        if (!listener.usageMoved()) return;
        toldKnown = known;
        toldShort = isShort;
    }

    private void observeTotal(long now) {
        try {
            long kibibytes = total.readKibibytes(now);
            if (totalTrouble != null) totalTrouble = null;
            judge.takeMachine(kibibytes * 1024, bytes(total.availableKibibytes()));
            if (kibibytes != toldTotal && listener.totalObserved(Bytes.ofKibibytes(kibibytes)))
                toldTotal = kibibytes;
        } catch (UnreadableException e) {
            totalTrouble = String.valueOf(e.getMessage());
        }
    }

    private static long bytes(long kibibytes) {
        return kibibytes == KeyedNumbers.ABSENT ? kibibytes : kibibytes * 1024;
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
