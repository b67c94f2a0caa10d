package dev.elastigres.monitor.metrics;

import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.metrics.MetricsWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;

/// Time that processes waited for CPUs, memory and disks.
///
/// @param folder directory with a pressure file for each resource
/// @param ending suffix of the files' names
record PressureMetrics(KernelReader reader, Path folder, String ending) {
    private static final double MICROSECONDS = 1e6;
    private static final List<String> RESOURCES = List.of("cpu", "memory", "io");

    void write(MetricsWriter page) {
        page.counter(
                "host_pressure_waiting_seconds_total",
                "Time in which at least one process waited for the resource");
        write(page, "some ");
        page.counter(
                "host_pressure_stalled_seconds_total",
                "Time in which all processes waited for the resource");
        write(page, "full ");
    }

    private void write(MetricsWriter page, String share) {
        for (String resource : RESOURCES) {
            OptionalDouble total =
                    reader.read(folder.resolve(resource + ending)).last(share, "total=");
            if (total.isPresent())
                page.sample(total.getAsDouble() / MICROSECONDS, "resource", resource);
        }
    }
}
