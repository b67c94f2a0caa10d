package dev.elastigres.monitor.watch;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Receives the kernel's notifications about a cgroup: its tasks stall on memory
/// (`memory.pressure`), or were killed (`memory.events`). A thread of its own waits for them.
public final class KernelMemorySignals implements MemorySignals {
    /// Notify when tasks waited for memory for 150 ms within a second.
    private static final String TRIGGER = "some 150000 1000000";

    /// The trigger that newer kernels allow without privileges.
    private static final String UNPRIVILEGED_TRIGGER = "some 300000 2000000";

    /// Delay of the start, because starting the monitor is more urgent, and linking the system
    /// calls costs as much.
    private static final Duration AFTER_START = Duration.ofSeconds(3);

    /// How long to wait at most before checking whether the cgroup was recreated or this object
    /// closed.
    private static final Duration LOOK_UP = Duration.ofMillis(500);

    /// The files do not answer if no check ends within this time, which is that of several checks.
    private static final Duration SILENT_AFTER = Duration.ofSeconds(5);

    private static final int EVENTS = 0;
    private static final int PRESSURE = 1;

    private final Path cgroup;
    private final MemorySignalListener listener;
    private final Thread thread;
    private final CountDownLatch closed = new CountDownLatch(1);

    private volatile long oomKills;
    private volatile long lookedAt = System.nanoTime();
    private volatile @Nullable Throwable failure;

    // Used by the one thread only.
    private final KeyedNumberReader figures = new KeyedNumberReader("oom_kill");
    private long killed;
    private boolean reportedProblem;

    public KernelMemorySignals(Path cgroup, MemorySignalListener listener) {
        this.cgroup = cgroup;
        this.listener = listener;
        thread = Thread.ofPlatform().name("signals").daemon().unstarted(this::run);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public long oomKills() {
        return oomKills;
    }

    @Override
    public Optional<String> problem() {
        if (failure != null)
            return Optional.of("watching the kernel's memory signals has failed: " + failure);
        boolean silent = thread.isAlive() && System.nanoTime() - lookedAt > SILENT_AFTER.toNanos();
        return silent
                ? Optional.of(cgroup + "'s memory.events or memory.pressure does not answer")
                : Optional.empty();
    }

    private void run() {
        try {
            listenFromNowOn();
        } catch (RuntimeException | Error bug) {
            failure = bug;
            listener.failed(bug);
        }
    }

    private void listenFromNowOn() {
        if (ends(AFTER_START)) return;
        if (!Libc.isAllowed()) {
            reportProblem("native access is not enabled for " + Libc.class.getModule());
            return;
        }
        try (var libc = new Libc()) {
            while (!ends(Duration.ZERO)) {
                listen(libc);
                if (ends(LOOK_UP)) return;
            }
        }
    }

    private boolean ends(Duration wait) {
        lookedAt = System.nanoTime();
        try {
            return closed.await(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            return true;
        }
    }

    /// Waits for notifications until the cgroup is removed.
    private void listen(Libc libc) {
        int events = -1;
        int pressure = -1;
        try {
            events = libc.open(cgroup.resolve("memory.events"), Libc.READ);
            pressure = trigger(libc);
            long kills = kills(libc.read(events));
            while (!ends(Duration.ZERO)) {
                // A file that is not open is skipped.
                int news = libc.poll((int) LOOK_UP.toMillis(), events, pressure);
                if ((news & (1 << PRESSURE)) != 0) listener.pressureDetected();
                // Reading the file rearms its notification.
                long now = kills(libc.read(events));
                if (now > kills) {
                    killed += now - kills;
                    oomKills = killed;
                    listener.killed(now - kills);
                } else if ((news & (1 << EVENTS)) != 0) {
                    listener.moved();
                }
                kills = now;
            }
        } catch (IOException e) {
            reportProblem(String.valueOf(e.getMessage()));
        } finally {
            if (events >= 0) libc.close(events);
            if (pressure >= 0) libc.close(pressure);
        }
    }

    /// Opens a file that is ready when pressure is high; -1 if that is not available.
    private int trigger(Libc libc) {
        try {
            return trigger(libc, TRIGGER);
        } catch (IOException _) {
            try {
                return trigger(libc, UNPRIVILEGED_TRIGGER);
            } catch (IOException e) {
                reportProblem(String.valueOf(e.getMessage()));
                return -1;
            }
        }
    }

    private int trigger(Libc libc, String text) throws IOException {
        int file = libc.open(cgroup.resolve("memory.pressure"), Libc.READ_WRITE);
        try {
            libc.write(file, text);
            return file;
        } catch (IOException e) {
            libc.close(file);
            throw e;
        }
    }

    private long kills(ByteBuffer text) {
        figures.read(text);
        return figures.orZero(0);
    }

    private void reportProblem(String why) {
        if (reportedProblem) return;
        reportedProblem = true;
        listener.unavailable(why);
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
