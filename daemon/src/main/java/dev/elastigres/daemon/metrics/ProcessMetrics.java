package dev.elastigres.daemon.metrics;

import java.io.File;
import java.nio.file.Path;
import java.time.Instant;
import java.util.OptionalDouble;

/// Resource usage of this process, with the names that all exporters use.
public final class ProcessMetrics {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path STAT = Path.of("/proc/self/stat");
    private static final File FILES = new File("/proc/self/fd");
    private static final double TICKS = 100;

    private final String who;
    private final double startedAt = Instant.now().toEpochMilli() / 1000.0;

    /// Creates the metrics. The process counts as started now.
    ///
    /// @param who the process in help texts: `the monitor`
    public ProcessMetrics(String who) {
        this.who = who;
    }

    public void write(MetricsWriter page) {
        page.gauge("process_start_time_seconds", "When " + who + " started, in Unix time");
        page.sample(startedAt);
        KernelText status = KernelText.read(STATUS);
        page.gauge("process_resident_memory_bytes", "Memory of " + who + " that is resident");
        OptionalDouble resident = status.number("VmRSS:");
        if (resident.isPresent()) page.sample(resident.getAsDouble() * 1024);
        page.gauge("process_threads", "Threads of " + who + ", as the kernel counts them");
        OptionalDouble threads = status.number("Threads:");
        if (threads.isPresent()) page.sample(threads.getAsDouble());
        page.gauge("process_open_fds", "Files and sockets that " + who + " has open");
        String[] open = FILES.list();
        if (open != null) page.sample(open.length);
        page.counter("process_cpu_seconds_total", "CPU time that " + who + " took");
        writeCpu(page);
    }

    private static void writeCpu(MetricsWriter page) {
        String[] lines = KernelText.read(STAT).lines();
        if (lines.length == 0) return;
        // The process name before it may contain any character, including a bracket.
        String[] fields = lines[0].substring(lines[0].lastIndexOf(')') + 1).split(" ", -1);
        if (fields.length < 14) return;
        OptionalDouble user = KernelText.parse(fields[12]);
        OptionalDouble system = KernelText.parse(fields[13]);
        if (user.isPresent() && system.isPresent())
            page.sample((user.getAsDouble() + system.getAsDouble()) / TICKS);
    }
}
