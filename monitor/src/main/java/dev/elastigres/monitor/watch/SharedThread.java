package dev.elastigres.monitor.watch;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// One platform thread for many: a thread each would cost more memory than what it calls. One that
/// fails ends alone.
public final class SharedThread implements AutoCloseable {
    private final BiConsumer<String, Throwable> failures;
    private final Scratch scratch = Scratch.create();
    private final List<Member> members = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private volatile boolean closed;

    /// Does nothing until it is started.
    ///
    /// @param failures told of bugs in what is called
    public SharedThread(String name, BiConsumer<String, Throwable> failures) {
        this.failures = failures;
        thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    public SharedThread start() {
        thread.start();
        return this;
    }

    /// For all that this thread reads.
    public Scratch scratch() {
        return scratch;
    }

    /// One more, which does nothing until it is started.
    public Pulse pulse() {
        return new Member(this);
    }

    public boolean isAlive() {
        return thread.isAlive();
    }

    private void run() {
        while (!closed) {
            long wait = TimeUnit.SECONDS.toNanos(1);
            for (Member member : members) wait = Math.min(wait, member.run());
            if (wait > 0) LockSupport.parkNanos(this, wait);
        }
        members.forEach(Member::end);
    }

    /// Returns at once; nothing is called half a second later.
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    /// One of those that share it.
    static final class Member implements Pulse {
        private final SharedThread shared;
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile @Nullable Beat beat;
        private volatile boolean hurried;
        private volatile boolean stopped;
        // Of the shared thread alone.
        private long due = System.nanoTime();

        private Member(SharedThread shared) {
            this.shared = shared;
        }

        @Override
        public void start(Beat called) {
            beat = called;
            shared.members.add(this);
            hurry();
        }

        /// Does what is due, and returns how long there is nothing more to do.
        private long run() {
            Beat called = beat;
            if (stopped || called == null) {
                end();
                return Long.MAX_VALUE;
            }
            if (hurried || due - System.nanoTime() <= 0) {
                hurried = false;
                try {
                    due = called.beat();
                } catch (RuntimeException | Error bug) {
                    shared.failures.accept("a watcher failed", bug);
                    end();
                    return Long.MAX_VALUE;
                }
            }
            return hurried ? 0 : due - System.nanoTime();
        }

        private void end() {
            shared.members.remove(this);
            Beat called = beat;
            if (called != null && ended.getCount() > 0) called.end();
            ended.countDown();
        }

        @Override
        public void hurry() {
            hurried = true;
            LockSupport.unpark(shared.thread);
        }

        @Override
        public boolean isAlive() {
            return beat != null && ended.getCount() > 0 && shared.isAlive();
        }

        @Override
        public void stop() {
            stopped = true;
            LockSupport.unpark(shared.thread);
            if (!isAlive() || Thread.currentThread() == shared.thread) return;
            try {
                if (!ended.await(500, TimeUnit.MILLISECONDS)) return;
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
