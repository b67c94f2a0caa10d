package dev.elastigres.agent;

import dev.elastigres.agent.worker.PollingConfig;
import dev.elastigres.core.agent.AgentTiming;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import java.time.Duration;

/// The settings of intervals, timeouts and backoffs.
final class TimingSettings {
    private static final Setting<Duration> DISCOVERY_INTERVAL =
            time("discovery-interval", "VM discovery interval", "500ms");
    private static final Setting<Duration> METRICS_INTERVAL =
            time("metrics-interval", "Interval between reads of a VM's host metrics", "5s");
    private static final Setting<Duration> METRICS_TIMEOUT =
            time("metrics-timeout", "Timeout of a read of host metrics", "2s");
    private static final Setting<Duration> CACHE_INTERVAL =
            time("cache-interval", "Interval between reads of a VM's cache metrics", "15s");
    private static final Setting<Duration> CACHE_TIMEOUT =
            time("cache-timeout", "Timeout of a read of cache metrics", "5s");
    private static final Setting<Duration> METRICS_MAX_AGE =
            time("metrics-max-age", "Maximum age of metrics that justify a shrink", "20s");
    static final Setting<Duration> SCHEDULER_INTERVAL =
            time("scheduler-interval", "Maximum interval between reports to the scheduler", "15s");
    static final Setting<Duration> SCHEDULER_TIMEOUT =
            time("scheduler-timeout", "Timeout of a request to the scheduler", "2s");
    private static final Setting<Duration> SCHEDULER_BACKOFF =
            time("scheduler-backoff", "Backoff after a failed request to the scheduler", "3s");
    private static final Setting<Duration> DENIED_BACKOFF =
            time("denied-backoff", "Backoff after a permit for less than requested", "2s");
    private static final Setting<Duration> RESIZE_TIMEOUT =
            time("resize-timeout", "Timeout of a resize", "10s");
    private static final Setting<Duration> RESIZE_BACKOFF =
            time("resize-backoff", "Backoff after a failed resize", "5s");
    private static final Setting<Duration> MONITOR_TIMEOUT =
            time("monitor-timeout", "Timeout of a request to a monitor", "5s");
    private static final Setting<Duration> MONITOR_BACKOFF =
            time("monitor-backoff", "Backoff before a monitor is reconnected", "3s");
    private static final Setting<Duration> URGENT_DURATION =
            time("urgent-duration", "How long an urgent request of a monitor is honoured", "10s");
    private static final Setting<Duration> HEALTH_INTERVAL =
            time("health-interval", "Interval between health checks of a monitor", "5s");
    private static final Setting<Duration> HEALTH_TIMEOUT =
            time("health-timeout", "Disconnect a monitor that has been silent this long", "30s");

    static final Setting<?>[] DECISIONS = {
        METRICS_MAX_AGE,
        SCHEDULER_INTERVAL,
        SCHEDULER_TIMEOUT,
        SCHEDULER_BACKOFF,
        DENIED_BACKOFF,
        RESIZE_TIMEOUT,
        RESIZE_BACKOFF,
        MONITOR_TIMEOUT,
        MONITOR_BACKOFF,
        URGENT_DURATION
    };

    static final Setting<?>[] POLLING = {
        DISCOVERY_INTERVAL,
        METRICS_INTERVAL,
        METRICS_TIMEOUT,
        CACHE_INTERVAL,
        CACHE_TIMEOUT,
        HEALTH_INTERVAL,
        HEALTH_TIMEOUT
    };

    private TimingSettings() {}

    /// Returns the timing of permits, resizes and monitors.
    static AgentTiming timing(Settings settings) {
        return new AgentTiming(
                settings.get(SCHEDULER_INTERVAL),
                settings.get(SCHEDULER_TIMEOUT),
                settings.get(SCHEDULER_BACKOFF),
                settings.get(DENIED_BACKOFF),
                settings.get(RESIZE_TIMEOUT),
                settings.get(RESIZE_BACKOFF),
                settings.get(MONITOR_TIMEOUT),
                settings.get(MONITOR_BACKOFF),
                settings.get(URGENT_DURATION),
                settings.get(METRICS_MAX_AGE));
    }

    /// Returns the polling intervals and timeouts.
    static PollingConfig polling(Settings settings) {
        PollingConfig common = PollingConfig.DEFAULT;
        return new PollingConfig(
                settings.get(DISCOVERY_INTERVAL),
                common.lookEvery(),
                settings.get(METRICS_INTERVAL),
                settings.get(METRICS_TIMEOUT),
                settings.get(CACHE_INTERVAL),
                settings.get(CACHE_TIMEOUT),
                settings.get(HEALTH_INTERVAL),
                settings.get(HEALTH_TIMEOUT),
                common.connectTimeout(),
                common.reconnectAfter(),
                common.restartFirst(),
                common.restartMax());
    }

    private static Setting<Duration> time(String name, String doc, String fallback) {
        return Setting.of(name, SettingType.duration(), doc).or(fallback);
    }
}
