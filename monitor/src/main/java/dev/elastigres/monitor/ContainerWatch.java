package dev.elastigres.monitor;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.elastigres.daemon.http.Upgrade;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.monitor.metrics.CacheMetrics;
import dev.elastigres.monitor.metrics.ContainerMetrics;
import dev.elastigres.monitor.pods.WatchedContainers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// One watched container and its endpoints and pages.
final class ContainerWatch implements WatchedContainers.WatchHandle {
    private final WatchedPostgres postgres;
    private final Upgrade upgrade;
    private final MonitorMetricsPage metrics;
    private final ContainerMetrics host;

    /// @param cgroup the directory of the container's cgroup
    /// @param procfs the node's `/proc`
    ContainerWatch(
            WatchedPostgres postgres,
            ContainerEnvironment environment,
            Path cgroup,
            Path procfs,
            KernelReader reader) {
        this.postgres = postgres;
        upgrade = new Upgrade(postgres.dispatcher());
        metrics = new MonitorMetricsPage(reader, postgres, Optional.of(cgroup));
        host = new ContainerMetrics(reader, cgroup, procfs, environment::room, environment::load);
    }

    /// Returns the WebSocket endpoint for the container's agent.
    Upgrade upgrade() {
        return upgrade;
    }

    void writeMetrics(MetricsWriter page) {
        metrics.write(page);
    }

    /// Writes the metrics that agents read of a machine, for this container.
    void writeHost(MetricsWriter page) {
        host.write(page);
    }

    void writeCache(MetricsWriter page) {
        CacheMetrics.write(page, postgres.cacheStatistics());
    }

    void writeStatus(JsonGenerator json) throws IOException {
        MonitorStatusPage.write(json, postgres);
    }

    List<String> problems() {
        return postgres.readiness().problems();
    }

    @Override
    public boolean isAlive() {
        return postgres.isAlive();
    }

    @Override
    public void end(String why) {
        postgres.dispatcher().dismiss(why);
        postgres.close();
    }
}
