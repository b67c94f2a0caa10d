package dev.elastigres.monitor.metrics;

import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.monitor.cache.CacheStatistics;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Metrics of Neon's file cache, with the names and types that agents expect.
public final class CacheMetrics {
    private record CacheMetric(String name, String key, String help) {}

    // All are gauges: agents ignore other types under these names.
    private static final List<CacheMetric> FIGURES =
            List.of(
                    new CacheMetric("lfc_hits", "file_cache_hits", "Pages found in the file cache"),
                    new CacheMetric(
                            "lfc_misses", "file_cache_misses", "Pages not found in the file cache"),
                    new CacheMetric(
                            "lfc_writes", "file_cache_writes", "Pages written to the file cache"),
                    new CacheMetric(
                            "lfc_used", "file_cache_used", "Chunks of the file cache in use"),
                    new CacheMetric(
                            "lfc_cache_size_limit",
                            CacheStatistics.LIMIT,
                            "Size that the file cache may have, in bytes"));

    private CacheMetrics() {}

    public static void write(MetricsWriter page, Optional<CacheStatistics> statistics) {
        if (statistics.isEmpty()) return;
        Map<String, Long> counts = statistics.get().counts();
        for (CacheMetric figure : FIGURES) {
            Long count = counts.get(figure.key);
            if (count != null) page.gauge(figure.name, figure.help).sample(count);
        }
        page.gauge(
                "lfc_approximate_working_set_size_windows",
                "Estimated number of pages of 8192 bytes touched within the duration");
        List<Long> windows = statistics.get().workingSet();
        for (int i = 0; i < windows.size(); i++)
            page.sample(windows.get(i), "duration_seconds", Integer.toString((i + 1) * 60));
    }
}
