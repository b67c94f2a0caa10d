package dev.elastigres.monitor.watch;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Runs one [Tick] again and again on the threads of its [TickScheduler].
public final class Ticker {
    /// A kernel file answers within milliseconds, also on a busy machine. A tick that takes longer
    /// than this waits for one that does not.
    static final Duration STALL = Duration.ofSeconds(1);

    /// What is not run for so long after it was due has no thread any more.
    private static final Duration OVERDUE = Duration.ofSeconds(3);

    private static final Duration GRACE = Duration.ofMillis(500);
    private static final long IDLE = 0;

    private final TickScheduler scheduler;
    private final CountDownLatch ended = new CountDownLatch(1);

    /// Whoever has set it owns what follows, and the tick.
    private final AtomicBoolean claimed = new AtomicBoolean();

    private volatile @Nullable Tick tick;
    private volatile boolean hurried;
    private volatile boolean stopped;
    private volatile @Nullable Throwable failure;

    /// When the tick that runs was begun; [#IDLE] while none does.
    private volatile long runningSince = IDLE;

    /// Where it runs.
    private volatile @Nullable Thread thread;

    private volatile long due = System.nanoTime();

    // Of the scheduler's supervisor alone.
    private long toldStall = IDLE;

    Ticker(TickScheduler scheduler) {
        this.scheduler = scheduler;
    }

    /// Runs `work` from now on, for the first time at once.
    void start(Tick work) {
        due = System.nanoTime();
        tick = work;
        scheduler.add(this);
        hurry();
    }

    /// Runs the tick before it is due, as soon as may be.
    public void hurry() {
        hurried = true;
        scheduler.wake();
    }

    /// Returns whether ticks are run: false before the start, after the end of a stop, after a tick
    /// has failed, and when the scheduler's threads have ended.
    public boolean isAlive() {
        return tick != null && ended.getCount() > 0 && scheduler.isAlive();
    }

    /// Why there are no more ticks; empty while there are.
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /// Whether the tick that runs does not return, or a tick that is due is not run.
    public boolean isStalled() {
        if (tick == null || ended.getCount() == 0) return false;
        long now = System.nanoTime();
        long since = runningSince;
        return since == IDLE
                ? now - due > OVERDUE.toNanos() && !stopped
                : now - since > STALL.toNanos();
    }

    /// Runs the tick if it is due, unless another thread does.
    ///
    /// @return how long there is nothing more to do, in nanoseconds
    long run(ReadBuffer scratch) {
        Tick work = tick;
        if (work == null || !claimed.compareAndSet(false, true)) return Long.MAX_VALUE;
        try {
            if (ended.getCount() == 0) return Long.MAX_VALUE;
            if (!stopped && (hurried || due - System.nanoTime() <= 0)) run(work, scratch);
            if (stopped || failure != null) {
                end(work);
                return Long.MAX_VALUE;
            }
            return hurried ? 0 : due - System.nanoTime();
        } finally {
            claimed.set(false);
        }
    }

    private void run(Tick work, ReadBuffer scratch) {
        hurried = false;
        long now = System.nanoTime();
        thread = Thread.currentThread();
        runningSince = now == IDLE ? 1 : now;
        try {
            due = work.tick(scratch);
        } catch (RuntimeException | Error bug) {
            failure = bug;
            scheduler.failed(bug);
        } finally {
            runningSince = IDLE;
        }
    }

    /// After the last tick of all; left alone when it does not return.
    void runLast() {
        Tick work = tick;
        if (work == null || !claimed.compareAndSet(false, true)) return;
        try {
            end(work);
        } finally {
            claimed.set(false);
        }
    }

    private void end(Tick work) {
        if (ended.getCount() == 0) return;
        scheduler.remove(this);
        try {
            work.end();
        } finally {
            ended.countDown();
        }
    }

    /// Tells once that the tick does not return.
    void supervise() {
        Tick work = tick;
        long since = runningSince;
        if (work == null || since == IDLE) return;
        if (System.nanoTime() - since <= STALL.toNanos() || toldStall == since) return;
        toldStall = since;
        work.stalled();
    }

    /// Whether a tick does not return.
    boolean isHanging() {
        long since = runningSince;
        return since != IDLE && System.nanoTime() - since > STALL.toNanos();
    }

    /// Whether a tick does not return, and keeps that thread.
    boolean isHangingOn(Thread candidate) {
        return thread == candidate && isHanging();
    }

    /// Returns when the last tick is over, or half a second later; at once when it does not return.
    void stop() {
        stopped = true;
        scheduler.wake();
        if (!isAlive() || isHanging() || scheduler.isWorker(Thread.currentThread())) return;
        try {
            if (!ended.await(GRACE.toMillis(), TimeUnit.MILLISECONDS)) return;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
