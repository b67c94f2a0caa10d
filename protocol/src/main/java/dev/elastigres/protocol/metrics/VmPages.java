package dev.elastigres.protocol.metrics;

import dev.elastigres.core.scaling.CpuUse;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.Windows;
import dev.elastigres.core.units.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// What an agent reads from the two metrics pages of a VM.
public final class VmPages {
    private static final String WINDOWS = "lfc_approximate_working_set_size_windows";
    private static final String SECONDS = "duration_seconds";
    private static final int MINUTE = 60;

    /// Doubles hold whole numbers up to here; no VM has as many bytes.
    private static final double MOST_BYTES = 0x1p53;

    private VmPages() {}

    /// The page of the kernel's figures. `host_cpu_busy` (CPUs' worth of work) and
    /// `host_cpu_pressure` (a fraction of time) may be missing, the others may not.
    ///
    /// @throws MetricsException when one is missing, there twice, or no such number
    public static HostMetrics host(String page) throws MetricsException {
        List<Sample> samples = MetricsText.parse(page);
        return new HostMetrics(
                number(samples, "host_load1"),
                number(samples, "host_load5"),
                bytes(samples, "host_memory_total_bytes"),
                bytes(samples, "host_memory_available_bytes"),
                bytes(samples, "host_memory_cached_bytes"),
                cpu(samples));
    }

    private static Optional<CpuUse> cpu(List<Sample> samples) throws MetricsException {
        if (find(samples, "host_cpu_busy").isEmpty()
                || find(samples, "host_cpu_pressure").isEmpty()) return Optional.empty();
        double pressure = number(samples, "host_cpu_pressure");
        if (pressure > 1) throw new MetricsException("host_cpu_pressure is above 1");
        return Optional.of(new CpuUse(number(samples, "host_cpu_busy"), pressure));
    }

    /// The page of the cache's figures: the windows for each minute from the first on.
    ///
    /// @throws MetricsException when one is missing between others, there twice, or no such number
    public static Windows cache(String page) throws MetricsException {
        var byMinute = new TreeMap<Integer, Double>();
        for (Sample sample : find(MetricsText.parse(page), WINDOWS)) {
            int minute = minute(sample.labels().getOrDefault(SECONDS, ""));
            if (byMinute.put(minute, checked(sample)) != null)
                throw new MetricsException(WINDOWS + " has " + minute + " minutes twice");
        }
        if (byMinute.isEmpty()) throw new MetricsException(WINDOWS + " is missing");
        for (int minute = 1; minute <= byMinute.size(); minute++)
            if (!byMinute.containsKey(minute))
                throw new MetricsException(WINDOWS + " has no value for " + minute + " minutes");
        return new Windows(new ArrayList<>(byMinute.values()));
    }

    private static int minute(String seconds) throws MetricsException {
        if (seconds.matches("[0-9]{1,9}")) {
            int whole = Integer.parseInt(seconds);
            if (whole > 0 && whole % MINUTE == 0 && whole / MINUTE <= Windows.MOST)
                return whole / MINUTE;
        }
        throw new MetricsException(
                WINDOWS + " has a " + SECONDS + " that is no number of minutes: " + seconds);
    }

    private static Bytes bytes(List<Sample> samples, String name) throws MetricsException {
        double value = number(samples, name);
        if (value > MOST_BYTES) throw new MetricsException(name + " is more than any VM has");
        return new Bytes((long) value);
    }

    private static double number(List<Sample> samples, String name) throws MetricsException {
        List<Sample> found = find(samples, name);
        if (found.isEmpty()) throw new MetricsException(name + " is missing");
        if (found.size() > 1) throw new MetricsException(name + " is there more than once");
        return checked(found.getFirst());
    }

    private static double checked(Sample sample) throws MetricsException {
        if (!(sample.value() >= 0 && sample.value() <= Double.MAX_VALUE))
            throw new MetricsException(sample.name() + " is no amount: " + sample.value());
        return sample.value();
    }

    private static List<Sample> find(List<Sample> samples, String name) {
        return samples.stream().filter(each -> each.name().equals(name)).toList();
    }
}
