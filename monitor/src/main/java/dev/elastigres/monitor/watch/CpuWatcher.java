package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.CpuReading;
import dev.elastigres.core.monitor.CpuRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Reads about once a second how busy the CPUs are and how long tasks of a cgroup waited for one.
/// Speaks up while they are short, and once when they are not any more.
public final class CpuWatcher implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);

    /// Starting is more urgent than this.
    private static final Duration AFTER_START = Duration.ofSeconds(3);

    private final Path procfs;
    private final Path cgroup;
    private final CpuRules rules;
    private final Listener listener;
    private final Thread thread = Thread.ofVirtual().name("cpus").unstarted(this::run);

    /// Is called on a thread of its own, and must not block.
    public interface Listener {
        void read(CpuReading reading);

        /// The kernel does not say. Told once, until it does.
        void deaf();
    }

    /// @param procfs usually `/proc`
    /// @param cgroup of Postgres
    public CpuWatcher(Path procfs, Path cgroup, CpuRules rules, Listener listener) {
        this.procfs = procfs;
        this.cgroup = cgroup;
        this.rules = rules;
        this.listener = listener;
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try {
            Thread.sleep(AFTER_START);
            watch();
        } catch (InterruptedException _) {
            // Told to end.
        }
    }

    private void watch() throws InterruptedException {
        Optional<CpuTimes> before = Optional.empty();
        long readBefore = 0;
        boolean wasShort = false;
        boolean wasDeaf = false;
        while (true) {
            long now = System.nanoTime();
            Optional<CpuTimes> times = CpuTimes.read(procfs, cgroup);
            if (times.isEmpty() && !wasDeaf) listener.deaf();
            wasDeaf = times.isEmpty();
            if (times.isPresent() && before.isPresent()) {
                var elapsed = Duration.ofNanos(now - readBefore);
                CpuReading reading = reading(before.get(), times.get(), elapsed);
                boolean isShort = rules.isShort(reading);
                if (isShort || wasShort) listener.read(reading);
                wasShort = isShort;
            }
            before = times;
            readBefore = now;
            Thread.sleep(EVERY);
        }
    }

    static CpuReading reading(CpuTimes before, CpuTimes now, Duration elapsed) {
        double all = now.all() - before.all();
        double waited = now.waited().minus(before.waited()).toNanos();
        return new CpuReading(
                now.online(),
                all > 0 ? fraction((now.busy() - before.busy()) / all) : 0,
                elapsed.isPositive() ? fraction(waited / elapsed.toNanos()) : 0,
                now.runnable());
    }

    /// A cgroup that was made anew begins at zero again, and clocks do not tick together.
    private static double fraction(double value) {
        return Math.clamp(value, 0, 1);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
