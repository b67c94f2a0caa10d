package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.CpuReading;
import dev.elastigres.core.monitor.CpuRules;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.metrics.KernelText;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// Reads once a second how long tasks of a cgroup waited for a CPU, and how busy CPUs are. Reports
/// readings while CPUs are short, and one more when the shortage is over.
public final class CpuWatcher implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);

    /// Delay of the first reading, because starting the monitor is more urgent.
    private static final Duration AFTER_START = Duration.ofSeconds(3);

    private final KernelReader reader;
    private final CpuUsageSource use;
    private final Path cgroup;
    private final CpuRules rules;
    private final CpuReadingListener listener;
    private final Thread thread = Thread.ofVirtual().name("cpus").unstarted(this::run);
    private volatile @Nullable Throwable failure;

    /// Receives readings, on the watcher's thread. Must not block.
    public interface CpuReadingListener {
        /// Called with a reading during a shortage, and with the first one after it.
        void read(CpuReading reading);

        /// Called when the kernel's files have no numbers; again only after they had.
        ///
        /// @param why a clause that names the file
        void unavailable(String why);

        /// Called when the watcher has ended because of a bug.
        void failed(Throwable bug);
    }

    /// Creates a watcher that is not started.
    ///
    /// @param reader reads the kernel's files
    /// @param use source of CPU use
    /// @param cgroup the directory of Postgres' cgroup
    /// @param rules define a shortage
    /// @param listener receives the readings
    public CpuWatcher(
            KernelReader reader,
            CpuUsageSource use,
            Path cgroup,
            CpuRules rules,
            CpuReadingListener listener) {
        this.reader = reader;
        this.use = use;
        this.cgroup = cgroup;
        this.rules = rules;
        this.listener = listener;
    }

    public void start() {
        thread.start();
    }

    /// Returns why the watcher has ended; empty if it has not failed.
    public Optional<String> problem() {
        return Optional.ofNullable(failure).map(bug -> "watching CPUs has failed: " + bug);
    }

    private void run() {
        try {
            Thread.sleep(AFTER_START);
            watch();
        } catch (InterruptedException _) {
            // Closed.
        } catch (RuntimeException | Error bug) {
            failure = bug;
            listener.failed(bug);
        }
    }

    private void watch() throws InterruptedException {
        var waits = new CpuWaitSource(reader, cgroup.resolve("cpu.pressure"));
        boolean wasShort = false;
        boolean wasUnavailable = false;
        while (true) {
            OptionalDouble waited = waits.share(System.nanoTime());
            boolean someWait = waited.isPresent() && waited.getAsDouble() >= rules.waited();
            Optional<CpuReading> reading =
                    use.look(System.nanoTime(), waited.orElse(0), someWait || wasShort);
            Optional<String> problem = waits.problem().or(use::problem);
            if (problem.isPresent() && !wasUnavailable) listener.unavailable(problem.get());
            wasUnavailable = problem.isPresent();
            if (waited.isPresent() && reading.isPresent()) {
                boolean isShort = rules.isShort(reading.get());
                if (isShort || wasShort) listener.read(reading.get());
                wasShort = isShort;
            }
            Thread.sleep(EVERY);
        }
    }

    /// Source of the time in which tasks of the cgroup waited for a CPU.
    private static final class CpuWaitSource {
        private final KernelReader reader;
        private final Path file;
        private OptionalDouble total = OptionalDouble.empty();
        private Optional<String> problem = Optional.empty();
        private long at;

        CpuWaitSource(KernelReader reader, Path file) {
            this.reader = reader;
            this.file = file;
        }

        /// Returns the fraction of time since the last call in which some task waited; empty if
        /// either reading failed.
        OptionalDouble share(long now) {
            OptionalDouble before = total;
            double micros = (now - at) / 1e3;
            KernelText text = reader.read(file);
            total = text.last("some ", "total=");
            problem =
                    total.isPresent()
                            ? Optional.empty()
                            : text.problem().or(() -> Optional.of(file + " has no total of some"));
            at = now;
            if (before.isEmpty() || total.isEmpty() || micros <= 0) return OptionalDouble.empty();
            // A recreated cgroup counts from zero, and the two clocks may differ.
            double share = (total.getAsDouble() - before.getAsDouble()) / micros;
            return OptionalDouble.of(Math.clamp(share, 0, 1));
        }

        Optional<String> problem() {
            return problem;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
