package dev.elastigres.monitor;

import dev.elastigres.core.monitor.DatabaseState;
import dev.elastigres.core.monitor.State;
import dev.elastigres.core.monitor.Usage;
import dev.elastigres.core.monitor.UsageForecast;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.daemon.metrics.MetricsWriter;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.monitor.cache.CacheStatus;
import dev.elastigres.monitor.metrics.CgroupMetrics;
import dev.elastigres.monitor.runner.RunnerStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Writes the monitor's own metrics. Unknown values are left out; none is secret.
final class MonitorMetricsPage {
    private static final List<String> DATABASES =
            List.of(
                            new DatabaseState.Unmanaged(),
                            new DatabaseState.Unknown(),
                            new DatabaseState.Up(),
                            new DatabaseState.Down(""),
                            new DatabaseState.Hung(""),
                            new DatabaseState.Refusing(""))
                    .stream()
                    .map(DatabaseState::name)
                    .toList();

    private final WatchedPostgres postgres;
    private final Optional<CgroupMetrics> cgroup;

    /// @param cgroup the directory of Postgres' cgroup
    MonitorMetricsPage(KernelReader reader, WatchedPostgres postgres, Optional<Path> cgroup) {
        this.postgres = postgres;
        this.cgroup = cgroup.map(folder -> new CgroupMetrics(reader, folder));
    }

    static void writeBuild(MetricsWriter page) {
        page.info("elastigres_monitor_build_info", "The running version");
        page.sample(1, "version", MonitorVersion.text());
    }

    /// Writes the metrics of the watched Postgres.
    void write(MetricsWriter page) {
        page.gauge("elastigres_monitor_ready", "Whether all readiness checks pass");
        page.sample(postgres.readiness().isReady() ? 1 : 0);
        RunnerStatus report = postgres.report();
        writeSession(page, report);
        postgres.meters().write(page);
        writeMemory(page, report.state());
        writeUsage(page, postgres.usage());
        writeHorizon(page, report.horizon());
        cgroup.ifPresent(it -> it.write(page));
        writeCache(page, postgres.cacheStatus());
        writePostgres(page, report.state().cache().database());
    }

    private static void writeSession(MetricsWriter page, RunnerStatus report) {
        page.gauge("elastigres_monitor_session_live", "Whether an agent has a session");
        page.sample(report.agent().isPresent() ? 1 : 0);
        page.gauge(
                "elastigres_monitor_session_protocol_version",
                "Protocol version of the live session");
        if (report.agent().isPresent()) page.sample(report.version());
        page.gauge("elastigres_monitor_answer_pending", "Whether an answer waits for Postgres");
        page.sample(report.state().pending().isPresent() ? 1 : 0);
        page.gauge(
                "elastigres_monitor_fruitless_upscale_requests",
                "Requests for more since the last grant");
        page.sample(report.state().backoff().fruitless());
    }

    private static void writeMemory(MetricsWriter page, State state) {
        page.gauge("elastigres_monitor_memory_observed_bytes", "Total memory of the machine");
        page.sample(state.memory().observed().value());
        page.gauge(
                "elastigres_monitor_memory_announced_bytes",
                "Memory that the agent announced last");
        sample(page, state.memory().announced());
        page.gauge(
                "elastigres_monitor_memory_fitted_bytes",
                "Memory that the cache was last sized for");
        page.sample(state.cache().fitted().value());
        page.gauge(
                "elastigres_monitor_memory_threshold_bytes",
                "Usage from which more memory is requested");
        page.sample(state.threshold().value());
    }

    private static void writeUsage(MetricsWriter page, Usage usage) {
        page.gauge("elastigres_monitor_memory_usage_known", "Whether usage can be read");
        page.sample(usage instanceof Usage.Known ? 1 : 0);
        if (!(usage
                instanceof
                Usage.Known(
                        Bytes average,
                        Bytes last,
                        int _,
                        Moment at,
                        UsageForecast forecast,
                        var _))) return;
        page.gauge(
                "elastigres_monitor_memory_usage_bytes",
                "Memory that Postgres uses and the kernel cannot reclaim, averaged");
        page.sample(average.value());
        page.gauge("elastigres_monitor_memory_usage_last_bytes", "The same, in the last sample");
        page.sample(last.value());
        page.gauge(
                "elastigres_monitor_memory_usage_foreseen_bytes",
                "Forecast of usage at the horizon");
        page.sample(forecast.forecast().value());
        page.gauge("elastigres_monitor_memory_sample_age_seconds", "Age of the last sample");
        page.sample(MonotonicClock.now().since(at).toNanos() / 1e9);
    }

    /// Writes no sample if usage is not forecast.
    private static void writeHorizon(MetricsWriter page, Optional<Duration> horizon) {
        page.gauge(
                "elastigres_monitor_memory_horizon_seconds",
                "Forecast horizon: how long granted memory takes to arrive");
        if (horizon.isPresent()) page.sample(horizon.get().toNanos() / 1e9);
    }

    private static void writeCache(MetricsWriter page, Optional<CacheStatus> status) {
        page.info("elastigres_monitor_cache_info", "Cache policy in use");
        page.sample(1, "policy", status.map(CacheStatus::policy).orElse("none"));
        if (status.isEmpty()) return;
        page.gauge("elastigres_monitor_cache_wanted_bytes", "Wanted value of a setting");
        for (CacheStatus.CacheSettingStatus setting : status.get().settings())
            sample(page, setting.wanted(), "setting", setting.name());
        page.gauge("elastigres_monitor_cache_actual_bytes", "Value of a setting, as last read");
        for (CacheStatus.CacheSettingStatus setting : status.get().settings())
            sample(page, setting.actual(), "setting", setting.name());
    }

    private static void writePostgres(MetricsWriter page, DatabaseState database) {
        page.gauge(
                "elastigres_monitor_postgres_state",
                "1 for the current state of Postgres, 0 for the others");
        for (String name : DATABASES)
            page.sample(name.equals(database.name()) ? 1 : 0, "state", name);
    }

    private static void sample(MetricsWriter page, Optional<Bytes> bytes, String... labels) {
        if (bytes.isPresent()) page.sample(bytes.get().value(), labels);
    }
}
