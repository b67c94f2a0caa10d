package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.CpuReading;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.metrics.KernelText;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/// CPUs of a container: the limit of its `cpu.max`, or its pod's, or all of the machine's.
///
/// The number of runnable tasks is estimated from the CPU time used and the fraction of time in
/// which all tasks were stalled: tasks that use up a limit of one CPU in a quarter of the time are
/// four.
public final class ContainerCpus implements CpuUsageSource, CpuCountSource {
    private final KernelReader reader;
    private final Path container;
    private final Path pod;
    private final OnlineCpus machine;
    private Optional<CpuSnapshot> before = Optional.empty();
    private Optional<String> problem = Optional.empty();
    private volatile Optional<LoadAverages> load = Optional.empty();

    /// Counters at one moment.
    ///
    /// @param nanoTime time of reading
    /// @param used CPU time used, in microseconds
    /// @param stood time in which all tasks waited, in microseconds
    private record CpuSnapshot(long nanoTime, double used, double stood) {}

    /// CPU demand averaged as the kernel averages load: over one, five and fifteen minutes.
    ///
    /// @param one average over 1 min, in CPUs
    /// @param five average over 5 min, in CPUs
    /// @param fifteen average over 15 min, in CPUs
    public record LoadAverages(double one, double five, double fifteen) {
        private LoadAverages with(double demand, double seconds) {
            return new LoadAverages(
                    mean(one, demand, seconds, 1),
                    mean(five, demand, seconds, 5),
                    mean(fifteen, demand, seconds, 15));
        }

        private static double mean(double before, double demand, double seconds, int minutes) {
            return demand + (before - demand) * Math.exp(-seconds / (60.0 * minutes));
        }
    }

    /// Creates the source of one container.
    ///
    /// @param reader reads the kernel's files
    /// @param container the directory of its cgroup, below that of its pod
    /// @param procfs usually `/proc`
    public ContainerCpus(KernelReader reader, Path container, Path procfs) {
        this.reader = reader;
        this.container = container;
        this.pod = container.resolve("..").normalize();
        this.machine = new OnlineCpus(reader, procfs);
    }

    @Override
    public OptionalDouble count() {
        OptionalDouble own = limit(container);
        OptionalDouble pods = limit(pod);
        if (own.isEmpty()) return pods.isEmpty() ? machine.count() : pods;
        return pods.isEmpty()
                ? own
                : OptionalDouble.of(Math.min(own.getAsDouble(), pods.getAsDouble()));
    }

    /// Returns the limit in CPUs, where `50000 100000` is half a CPU; empty for `max`.
    private OptionalDouble limit(Path cgroup) {
        String[] lines = reader.read(cgroup.resolve("cpu.max")).lines();
        String[] parts = lines.length == 0 ? lines : lines[0].split(" ", -1);
        if (parts.length != 2) return OptionalDouble.empty();
        OptionalDouble quota = KernelText.parse(parts[0]);
        OptionalDouble period = KernelText.parse(parts[1]);
        if (quota.isEmpty() || period.isEmpty()) return OptionalDouble.empty();
        double cpus = quota.getAsDouble() / period.getAsDouble();
        return cpus > 0 && Double.isFinite(cpus) ? OptionalDouble.of(cpus) : OptionalDouble.empty();
    }

    @Override
    public Optional<CpuReading> look(long nanoTime, double waited, boolean matters) {
        Optional<CpuSnapshot> then = before;
        before = look(nanoTime);
        OptionalDouble cpus = count();
        if (before.isEmpty() || then.isEmpty() || cpus.isEmpty()) {
            load = Optional.empty();
            return Optional.empty();
        }
        double seconds = (nanoTime - then.get().nanoTime) / 1e9;
        if (seconds <= 0) return Optional.empty();
        double used = Math.max(0, (before.get().used - then.get().used) / 1e6 / seconds);
        double stood = (before.get().stood - then.get().stood) / 1e6 / seconds;
        // Limited to 0.95: the demand cannot be estimated from tasks that are stalled all the time.
        double wanted = used / (1 - Math.clamp(stood, 0, 0.95));
        load =
                Optional.of(
                        load.orElse(new LoadAverages(wanted, wanted, wanted))
                                .with(wanted, seconds));
        double busy = Math.clamp(used / cpus.getAsDouble(), 0, 1);
        return Optional.of(
                new CpuReading(cpus.getAsDouble(), busy, waited, (int) Math.ceil(wanted)));
    }

    private Optional<CpuSnapshot> look(long nanoTime) {
        KernelText stat = reader.read(container.resolve("cpu.stat"));
        OptionalDouble used = stat.number("usage_usec ");
        problem =
                used.isPresent()
                        ? Optional.empty()
                        : stat.problem()
                                .or(() -> Optional.of(container + "/cpu.stat has no usage_usec"));
        if (used.isEmpty()) return Optional.empty();
        KernelText pressure = reader.read(container.resolve("cpu.pressure"));
        double stood = pressure.last("full ", "total=").orElse(0);
        return Optional.of(new CpuSnapshot(nanoTime, used.getAsDouble(), stood));
    }

    @Override
    public Optional<String> problem() {
        return problem;
    }

    /// Returns the load averages as of the last reading; empty before the second reading and if the
    /// kernel does not give the numbers. Any thread may call it.
    public Optional<LoadAverages> load() {
        return load;
    }
}
