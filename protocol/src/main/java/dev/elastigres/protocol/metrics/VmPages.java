package dev.elastigres.protocol.metrics;

import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.WorkingSetWindows;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.protocol.metrics.HostPage.CpuTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;

/// Extracts what an agent needs from the two metrics pages of a VM.
public final class VmPages {
    private static final String HOST = "host_";
    private static final String WINDOWS = "lfc_approximate_working_set_size_windows";
    private static final String SECONDS = "duration_seconds";
    private static final int MINUTE = 60;

    /// CPU modes that are no work of the VM; `steal` is work of the host.
    private static final Set<String> NO_WORK = Set.of("idle", "io_wait", "steal");

    /// Doubles represent whole numbers exactly up to this value; no VM has as many bytes.
    private static final double MAX_BYTES = 0x1p53;

    private VmPages() {}

    /// Parses the page of kernel metrics. The counters of CPU time, waiting and kills are optional,
    /// all others are required.
    ///
    /// @throws MetricsException if a metric is missing, duplicated or not a valid number
    public static HostPage host(String page) throws MetricsException {
        MetricsText samples = MetricsText.parse(page);
        if (samples.samples().stream().noneMatch(it -> it.name().startsWith(HOST)))
            throw new MetricsException(
                    "no page of a machine's metrics, which a monitor has on port 9100 unless set"
                            + " otherwise: host_load1 is missing");
        Map<String, CpuTime> cpus = cpus(samples);
        OptionalDouble waiting =
                counter(
                        samples.samples("host_pressure_waiting_seconds_total").stream()
                                .filter(it -> "cpu".equals(it.labels().get("resource")))
                                .toList());
        boolean counts = !cpus.isEmpty() && waiting.isPresent();
        var metrics =
                new HostMetrics(
                        number(samples, "host_load1"),
                        number(samples, "host_load5"),
                        bytes(samples, "host_memory_total_bytes"),
                        bytes(samples, "host_memory_available_bytes"),
                        bytes(samples, "host_memory_cached_bytes"),
                        counts ? new CpuFigures.Pending() : new CpuFigures.Unavailable());
        return new HostPage(
                metrics, cpus, waiting, counter(samples.samples("host_memory_oom_kills_total")));
    }

    private static Map<String, CpuTime> cpus(MetricsText samples) throws MetricsException {
        var cpus = new HashMap<String, CpuTime>();
        for (MetricSample sample : samples.samples("host_cpu_seconds_total")) {
            boolean work = !NO_WORK.contains(sample.labels().getOrDefault("mode", ""));
            String cpu = sample.labels().getOrDefault("cpu", "");
            CpuTime before = cpus.getOrDefault(cpu, CpuTime.NONE);
            cpus.put(cpu, before.plus(checked(sample), work));
        }
        return cpus;
    }

    private static OptionalDouble counter(List<MetricSample> found) throws MetricsException {
        return found.size() == 1
                ? OptionalDouble.of(checked(found.getFirst()))
                : OptionalDouble.empty();
    }

    /// Parses the page of cache metrics: the windows for each minute from the first on.
    ///
    /// @throws MetricsException if a window before the last is missing, or if one is duplicated or
    ///     not a valid number
    public static WorkingSetWindows cache(String page) throws MetricsException {
        return windows(page).orElseThrow(() -> new MetricsException(WINDOWS + " is missing"));
    }

    /// Like [#cache], but empty if the page has no window at all, like that of a Postgres without
    /// such a cache.
    public static Optional<WorkingSetWindows> windows(String page) throws MetricsException {
        var byMinute = new TreeMap<Integer, Double>();
        for (MetricSample sample : MetricsText.parse(page).samples(WINDOWS)) {
            int minute = minute(sample.labels().getOrDefault(SECONDS, ""));
            if (byMinute.put(minute, checked(sample)) != null)
                throw new MetricsException(WINDOWS + " has " + minute + " minutes twice");
        }
        if (byMinute.isEmpty()) return Optional.empty();
        for (int minute = 1; minute <= byMinute.size(); minute++)
            if (!byMinute.containsKey(minute))
                throw new MetricsException(WINDOWS + " has no value for " + minute + " minutes");
        return Optional.of(new WorkingSetWindows(new ArrayList<>(byMinute.values())));
    }

    private static int minute(String seconds) throws MetricsException {
        if (seconds.matches("[0-9]{1,9}")) {
            int whole = Integer.parseInt(seconds);
            if (whole > 0 && whole % MINUTE == 0 && whole / MINUTE <= WorkingSetWindows.MAX)
                return whole / MINUTE;
        }
        throw new MetricsException(
                WINDOWS + " has a " + SECONDS + " that is not a number of minutes: " + seconds);
    }

    private static Bytes bytes(MetricsText samples, String name) throws MetricsException {
        double value = number(samples, name);
        if (value > MAX_BYTES) throw new MetricsException(name + " is more than any VM has");
        return new Bytes((long) value);
    }

    private static double number(MetricsText samples, String name) throws MetricsException {
        List<MetricSample> found = samples.samples(name);
        if (found.isEmpty()) throw new MetricsException(name + " is missing");
        if (found.size() > 1) throw new MetricsException(name + " is given more than once");
        return checked(found.getFirst());
    }

    private static double checked(MetricSample sample) throws MetricsException {
        if (!(sample.value() >= 0 && sample.value() <= Double.MAX_VALUE))
            throw new MetricsException(sample.name() + " is not a valid amount: " + sample.value());
        return sample.value();
    }
}
