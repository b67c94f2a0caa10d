package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.CpuReading;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.metrics.KernelText;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/// The CPUs of a container: what its `cpu.max` allows, or what its pod's does, or all of the
/// machine's. How many tasks want one follows from how much of them was used, and for what part of
/// the time all tasks had to stand still: tasks that used up a limit of one CPU in a quarter of
/// the time are four.
public final class ContainerCpus implements CpuUsageSource, CpuCountSource {
    private final KernelReader reader;
    private final Path container;
    private final Path pod;
    private final OnlineCpus machine;
    private Optional<CpuSnapshot> before = Optional.empty();
    private Optional<String> problem = Optional.empty();
    private volatile Optional<LoadAverages> load = Optional.empty();

    /// What was counted so far.
    ///
    /// @param used microseconds of CPUs
    /// @param stood microseconds in which all tasks waited
    private record CpuSnapshot(long nanoTime, double used, double stood) {}

    /// How many CPUs would have been used, as the kernel averages its load: over one, five and
    /// fifteen minutes.
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

    /// @param container its cgroup's folder, in that of its pod
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

    /// `50000 100000` is half a CPU; empty for `max`.
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
        // All of the time is as good as none of it: nothing could be told apart.
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

    /// As of the last look; empty before the second, and where the kernel does not say. Any thread
    /// may ask.
    public Optional<LoadAverages> load() {
        return load;
    }
}
