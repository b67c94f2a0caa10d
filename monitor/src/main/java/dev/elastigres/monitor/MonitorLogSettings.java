package dev.elastigres.monitor;

import dev.elastigres.core.monitor.SampleLogRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogSettings;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import java.time.Duration;

/// The settings of the log: its format and level, summaries and samples.
final class MonitorLogSettings {
    /// With pods: a summary a minute for each container would hide other lines.
    private static final Duration PODS_SUMMARY_INTERVAL = Duration.ofMinutes(15);

    private static final Setting<Duration> SUMMARY_INTERVAL =
            Setting.of(
                            "log-summary-interval",
                            SettingType.duration(Duration.ofSeconds(1), Duration.ofDays(1)),
                            "Interval between summary lines in the log")
                    .advice(
                            "Each line has usage, threshold and the state of the"
                                    + " agent's session. With pods there is one for each"
                                    + " container, and the default is 15m. Shorter helps to"
                                    + " compare usage over time where no metrics are collected.")
                    .or("1m");
    private static final Setting<Integer> SAMPLE_COUNT =
            Setting.of(
                            "sample-log-count",
                            SettingType.integer(1, 100_000),
                            "Number of memory samples between two checks whether to log"
                                    + " one, at level debug")
                    .advice(
                            "A check logs a sample that differs enough from the last"
                                    + " logged one, or follows it late enough. Near the threshold"
                                    + " there are up to 200 samples a second; without an effect"
                                    + " at other levels.")
                    .or("20");
    private static final Setting<Double> SAMPLE_FRACTION =
            Setting.of(
                            "sample-log-fraction",
                            SettingType.decimal(0, 1),
                            "Change of usage that is logged at level debug, as a"
                                    + " fraction of the last logged usage")
                    .advice(
                            "A change is logged if it exceeds this fraction or"
                                    + " sample-log-amount. 0 logs every reported sample that"
                                    + " differs.")
                    .or("0.125");
    private static final Setting<Bytes> SAMPLE_AMOUNT =
            Setting.of(
                            "sample-log-amount",
                            SettingType.bytes(),
                            "Change of usage that is logged at level debug, as an" + " amount")
                    .advice(
                            "A change is logged if it exceeds this amount or"
                                    + " sample-log-fraction. It makes changes of large VMs"
                                    + " visible, of which the fraction is more.")
                    .or("128MiB");
    private static final Setting<Duration> SAMPLE_MAX_INTERVAL =
            Setting.of(
                            "sample-log-max-interval",
                            SettingType.duration(),
                            "Maximum interval between logged samples at level debug")
                    .advice(
                            "A sample is logged after this time even without a change,"
                                    + " which shows that the monitor still reads. Longer makes a"
                                    + " quiet log shorter.")
                    .or("15s");

    private MonitorLogSettings() {}

    static SettingTable addTo(SettingTable table) {
        return table.group(
                "Log",
                LogSettings.FORMAT,
                LogSettings.LEVEL,
                SUMMARY_INTERVAL,
                SAMPLE_COUNT,
                SAMPLE_FRACTION,
                SAMPLE_AMOUNT,
                SAMPLE_MAX_INTERVAL);
    }

    /// The samples of a log line; 0 when samples are not logged.
    static int samplesPerLine(Settings settings) {
        return settings.get(LogSettings.LEVEL) == LogLevel.DEBUG ? settings.get(SAMPLE_COUNT) : 0;
    }

    /// When a sample differs enough from the last logged one to be logged.
    static SampleLogRules sampleRules(Settings settings) {
        return new SampleLogRules(
                settings.get(SAMPLE_FRACTION),
                settings.get(SAMPLE_AMOUNT),
                settings.get(SAMPLE_MAX_INTERVAL));
    }

    /// The interval between summary lines.
    static Duration summaryInterval(Settings settings) {
        return PodsSettings.valueOf(settings, SUMMARY_INTERVAL, PODS_SUMMARY_INTERVAL);
    }
}
