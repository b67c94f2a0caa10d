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
            time("discovery-interval", "Interval between searches for new and ended VMs", "500ms")
                    .advice(
                            "A new VM waits for up to this long before it is scaled,"
                                    + " and budget of an ended one is free up to this much later."
                                    + " Shorter lists the folders of VMs or the cgroups more"
                                    + " often.");
    private static final Setting<Duration> METRICS_INTERVAL =
            time("metrics-interval", "Interval between reads of a VM's host metrics", "5s")
                    .advice(
                            "A rise that does not threaten memory is noticed up to this"
                                    + " much later; urgent requests of the monitor do not wait"
                                    + " for it. Shorter reacts sooner and reads a page of each VM"
                                    + " more often. Must be longer than metrics-timeout.");
    private static final Setting<Duration> METRICS_TIMEOUT =
            time("metrics-timeout", "Timeout of a read of host metrics", "2s")
                    .advice(
                            "Choose more than the slowest good answer of a busy VM. Too"
                                    + " short makes metrics missing just when the load is high,"
                                    + " and a VM without metrics does not shrink. Must be less"
                                    + " than metrics-interval.");
    private static final Setting<Duration> CACHE_INTERVAL =
            time("cache-interval", "Interval between reads of a VM's cache metrics", "15s")
                    .advice(
                            "The working set changes over minutes, so more than a few"
                                    + " reads a minute gain nothing. Figures count for two"
                                    + " intervals and a timeout. Must be longer than"
                                    + " cache-timeout.");
    private static final Setting<Duration> CACHE_TIMEOUT =
            time("cache-timeout", "Timeout of a read of cache metrics", "5s")
                    .advice(
                            "The monitor answers with figures that it has collected"
                                    + " before, so the default is ample. A read that fails leaves"
                                    + " the last figures in force for two cache-interval. Must be"
                                    + " less than cache-interval.");
    private static final Setting<Duration> METRICS_MAX_AGE =
            time("metrics-max-age", "Maximum age of metrics that let a VM shrink", "20s")
                    .advice(
                            "Choose at least three metrics-interval, so that one lost"
                                    + " read does not matter. Shorter often delays shrinks and"
                                    + " restarts damping-window after a gap; longer may shrink a"
                                    + " VM for a load that is over.");
    static final Setting<Duration> SCHEDULER_INTERVAL =
            time("scheduler-interval", "Maximum interval between reports to the scheduler", "15s")
                    .advice(
                            "The scheduler places VMs by these reports, so a longer"
                                    + " interval makes it decide on older sizes and loads."
                                    + " Shorter sends it more requests from every VM. Must be"
                                    + " longer than scheduler-timeout.");
    static final Setting<Duration> SCHEDULER_TIMEOUT =
            time("scheduler-timeout", "Timeout of a request to the scheduler", "2s")
                    .advice(
                            "After it, the request counts as failed and is repeated"
                                    + " after scheduler-backoff. Too short repeats requests that"
                                    + " a busy scheduler would have answered; too long delays"
                                    + " growth when it is gone. Must be less than"
                                    + " scheduler-interval.");
    private static final Setting<Duration> SCHEDULER_BACKOFF =
            time("scheduler-backoff", "Backoff after a failed request to the scheduler", "3s")
                    .advice(
                            "A VM that needs to grow waits this long after each"
                                    + " failure. A shorter one adds requests from every VM to a"
                                    + " scheduler that fails already.");
    private static final Setting<Duration> DENIED_BACKOFF =
            time("denied-backoff", "Backoff after a permit for less than was requested", "2s")
                    .advice(
                            "A VM gets room that others release up to this much later."
                                    + " A shorter one sends more requests while the host or the"
                                    + " cluster is full.");
    private static final Setting<Duration> RESIZE_TIMEOUT =
            time("resize-timeout", "Timeout of a resize", "10s")
                    .advice(
                            "Choose more than a good resize takes: under a second for"
                                    + " cgroups, up to several seconds for memory that a VM has"
                                    + " to free. Too short retries resizes that are about to end;"
                                    + " the VM's size is read again in any case.");
    private static final Setting<Duration> RESIZE_BACKOFF =
            time("resize-backoff", "First backoff after a failed resize", "5s")
                    .advice(
                            "It doubles with each failure in a row, up to 4 times as"
                                    + " long if the driver cannot be reached and up to 60 times"
                                    + " if a quota or a rule of the cluster is the cause. Shorter"
                                    + " costs the host or the API server more attempts; longer"
                                    + " delays a VM after a passing failure.");
    private static final Setting<Duration> MONITOR_TIMEOUT =
            time("monitor-timeout", "Timeout of a request to a monitor", "5s")
                    .advice(
                            "Choose more than the monitor's answer-timeout, 3s by"
                                    + " default, or a monitor that waits for Postgres counts as"
                                    + " failing. Until the answer or the timeout, that VM does"
                                    + " not shrink.");
    private static final Setting<Duration> MONITOR_BACKOFF =
            time(
                            "monitor-backoff",
                            "Backoff before the next message to a monitor that failed"
                                    + " or did not answer",
                            "3s")
                    .advice(
                            "The VM does not shrink meanwhile; it can grow. Connections"
                                    + " to one monitor begin at least 5 s apart, whatever this"
                                    + " value is.");
    private static final Setting<Duration> URGENT_DURATION =
            time(
                            "urgent-duration",
                            "Time for which an urgent request of a monitor is in force",
                            "10s")
                    .advice(
                            "Choose more than the monitor's upscale-backoff-max, 8s by"
                                    + " default, or the VM may shrink between two requests of the"
                                    + " same shortage. Longer keeps memory after a short rise.");
    private static final Setting<Duration> HEALTH_INTERVAL =
            time("health-interval", "Interval between health checks of a monitor", "5s")
                    .advice(
                            "A monitor that answers no check for health-timeout is"
                                    + " disconnected, so several checks must fit into that time."
                                    + " Each check is one small message to each VM.");
    private static final Setting<Duration> HEALTH_TIMEOUT =
            time(
                            "health-timeout",
                            "Time without an answer after which a monitor is" + " disconnected",
                            "30s")
                    .advice(
                            "Until then, no shrink and no urgent request of that VM is"
                                    + " possible if the connection is dead. Too short disconnects"
                                    + " monitors of VMs that only have no CPU for some seconds."
                                    + " Must be longer than health-interval.");

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
                common.sizeInterval(),
                settings.get(METRICS_INTERVAL),
                settings.get(METRICS_TIMEOUT),
                settings.get(CACHE_INTERVAL),
                settings.get(CACHE_TIMEOUT),
                settings.get(HEALTH_INTERVAL),
                settings.get(HEALTH_TIMEOUT),
                common.connectTimeout(),
                common.reconnectInterval(),
                common.restartFirst(),
                common.restartMax());
    }

    private static Setting<Duration> time(String name, String doc, String fallback) {
        return Setting.of(name, SettingType.duration(), doc).or(fallback);
    }
}
