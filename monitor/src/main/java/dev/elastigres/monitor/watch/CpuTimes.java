package dev.elastigres.monitor.watch;

import dev.elastigres.daemon.metrics.KernelText;
import java.util.Optional;
import java.util.OptionalDouble;

/// CPU times of the machine since boot.
///
/// @param online number of online CPUs
/// @param busy ticks of all CPUs in which they were busy
/// @param all ticks of all CPUs
/// @param runnable tasks that run or are ready to run, excluding the one that reads this
record CpuTimes(int online, double busy, double all, int runnable) {
    /// Number of columns after `cpu` that count: those of guests are already included in the first
    /// columns.
    private static final int FIELDS = 8;

    private static final int IDLE = 3;
    private static final int IO_WAIT = 4;

    /// Returns the times of the kernel's `stat`; empty if they are not complete.
    static Optional<CpuTimes> of(KernelText stat) {
        OptionalDouble running = stat.number("procs_running ");
        int online = 0;
        double[] sum = new double[FIELDS];
        for (String line : stat.lines()) {
            if (!line.startsWith("cpu")) break;
            String[] fields = line.split(" +", -1);
            if (!fields[0].equals("cpu")) {
                online++;
                continue;
            }
            for (int i = 0; i < FIELDS && i + 1 < fields.length; i++)
                sum[i] = KernelText.parse(fields[i + 1]).orElse(0);
        }
        if (online == 0 || running.isEmpty()) return Optional.empty();
        double all = 0;
        for (double time : sum) all += time;
        return Optional.of(
                new CpuTimes(
                        online,
                        all - sum[IDLE] - sum[IO_WAIT],
                        all,
                        (int) Math.max(0, running.getAsDouble() - 1)));
    }

    /// Returns the fraction of time since `before` in which the CPUs were busy.
    double busySince(CpuTimes before) {
        double time = all - before.all;
        // The times of a CPU that goes offline disappear from the sum.
        return time > 0 ? Math.clamp((busy - before.busy) / time, 0, 1) : 0;
    }
}
