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

/// Reads about once a second how long tasks of a cgroup waited for a CPU, and how busy CPUs are.
/// Speaks up while they are short, and once when they are not any more.
public final class CpuWatcher implements AutoCloseable {
    private static final Duration EVERY = Duration.ofSeconds(1);

    /// Starting is more urgent than this.
    private static final Duration AFTER_START = Duration.ofSeconds(3);

    private final KernelReader reader;
    private final CpuUsageSource use;
    private final Path cgroup;
    private final CpuRules rules;
    private final CpuReadingListener listener;
    private final Thread thread = Thread.ofVirtual().name("cpus").unstarted(this::run);
    private volatile @Nullable Throwable failure;

    /// Is called on a thread of its own, and must not block.
    public interface CpuReadingListener {
        void read(CpuReading reading);

        /// The kernel does not say. Told once, until it does.
        ///
        /// @param why a clause that names the file
        void deaf(String why);

        /// It has ended, by a bug.
        void failed(Throwable bug);
    }

    /// @param use whose CPUs they are
    /// @param cgroup of Postgres
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

    /// Why it watches no more; empty while it does.
    public Optional<String> problem() {
        return Optional.ofNullable(failure).map(bug -> "watching CPUs has failed: " + bug);
    }

    private void run() {
        try {
            Thread.sleep(AFTER_START);
            watch();
        } catch (InterruptedException _) {
            // Told to end.
        } catch (RuntimeException | Error bug) {
            failure = bug;
            listener.failed(bug);
        }
    }

    private void watch() throws InterruptedException {
        var waits = new CpuWaitSource(reader, cgroup.resolve("cpu.pressure"));
        boolean wasShort = false;
        boolean wasDeaf = false;
        while (true) {
            OptionalDouble waited = waits.share(System.nanoTime());
            boolean someWait = waited.isPresent() && waited.getAsDouble() >= rules.waited();
            Optional<CpuReading> reading =
                    use.look(System.nanoTime(), waited.orElse(0), someWait || wasShort);
            Optional<String> problem = waits.problem().or(use::problem);
            if (problem.isPresent() && !wasDeaf) listener.deaf(problem.get());
            wasDeaf = problem.isPresent();
            if (waited.isPresent() && reading.isPresent()) {
                boolean isShort = rules.isShort(reading.get());
                if (isShort || wasShort) listener.read(reading.get());
                wasShort = isShort;
            }
            Thread.sleep(EVERY);
        }
    }

    /// How long tasks of the cgroup waited for a CPU.
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

        /// The part of the time since the last look in which some did; empty when either look
        /// showed nothing.
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
            // A cgroup that was made anew begins at zero again, and clocks do not tick together.
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
