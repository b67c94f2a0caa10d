package dev.elastigres.monitor.watch;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Runs one [Tick] repeatedly on the threads of its [TickScheduler].
public final class Ticker {
    /// A running tick counts as stalled after this time. Kernel files answer within milliseconds
    /// even on a busy machine, so that a longer tick waits for a file that does not answer.
    static final Duration STALL = Duration.ofSeconds(1);

    /// A due tick counts as stalled if it has not run for this long: no thread is left for it.
    private static final Duration OVERDUE = Duration.ofSeconds(3);

    private static final Duration GRACE = Duration.ofMillis(500);
    private static final long IDLE = 0;

    private final TickScheduler scheduler;
    private final CountDownLatch ended = new CountDownLatch(1);

    /// The thread that has set this owns the tick and the fields below.
    private final AtomicBoolean claimed = new AtomicBoolean();

    private volatile @Nullable Tick tick;
    private volatile boolean hurried;
    private volatile boolean stopped;
    private volatile @Nullable Throwable failure;

    /// When the running tick began; [#IDLE] if none runs.
    private volatile long runningSince = IDLE;

    /// The thread of the running or latest tick.
    private volatile @Nullable Thread thread;

    private volatile long due = System.nanoTime();

    // Used by the scheduler's supervisor only.
    private long reportedStall = IDLE;

    Ticker(TickScheduler scheduler) {
        this.scheduler = scheduler;
    }

    /// Starts to run `work`, for the first time at once.
    void start(Tick work) {
        due = System.nanoTime();
        tick = work;
        scheduler.add(this);
        hurry();
    }

    /// Runs the tick as soon as possible, even if it is not due.
    public void hurry() {
        hurried = true;
        scheduler.wake();
    }

    /// Returns whether ticks are run: false before the start, after the end of a stop, after a tick
    /// has failed, and when the scheduler's threads have ended.
    public boolean isAlive() {
        return tick != null && ended.getCount() > 0 && scheduler.isAlive();
    }

    /// Returns why ticks have ended; empty if they have not failed.
    public Optional<Throwable> failure() {
        return Optional.ofNullable(failure);
    }

    /// Returns whether the ticker is stalled: the running tick has taken more than 1 s, or no tick
    /// runs although one has been due for more than 3 s and the ticker is not stopped. False before
    /// the start and after the end.
    public boolean isStalled() {
        if (tick == null || ended.getCount() == 0) return false;
        long now = System.nanoTime();
        long since = runningSince;
        return since == IDLE
                ? now - due > OVERDUE.toNanos() && !stopped
                : now - since > STALL.toNanos();
    }

    /// Runs the tick if it is due, unless another thread runs it.
    ///
    /// @return nanoseconds until there is more to do
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

    /// Ends the ticker when the scheduler closes. Does nothing if its tick has not returned.
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

    /// Calls [Tick#stalled] once if the tick does not return.
    void supervise() {
        Tick work = tick;
        long since = runningSince;
        if (work == null || since == IDLE) return;
        if (System.nanoTime() - since <= STALL.toNanos() || reportedStall == since) return;
        reportedStall = since;
        work.stalled();
    }

    /// Returns whether the running tick has taken more than [#STALL].
    boolean isHanging() {
        long since = runningSince;
        return since != IDLE && System.nanoTime() - since > STALL.toNanos();
    }

    /// Returns whether `candidate` runs a tick that does not return.
    boolean isStuckOn(Thread candidate) {
        return thread == candidate && isHanging();
    }

    /// Stops the ticker. Waits up to half a second for the last tick to end; does not wait if the
    /// tick does not return, or when called by the scheduler's worker thread.
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
