package dev.elastigres.monitor;

import dev.elastigres.core.monitor.ForecastHorizon;
import dev.elastigres.core.monitor.MemoryRules;
import dev.elastigres.core.monitor.SamplingIntervalRules;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.settings.Setting;
import dev.elastigres.daemon.settings.SettingTable;
import dev.elastigres.daemon.settings.SettingType;
import dev.elastigres.daemon.settings.Settings;
import dev.elastigres.monitor.watch.SamplingConfig;
import java.time.Duration;
import java.util.Optional;

/// The settings of memory: when it is sampled, and when it is too little.
final class MemorySettings {
    enum SamplingKind {
        ADAPTIVE,
        FIXED
    }

    private static final Setting<SamplingKind> SAMPLING =
            Setting.of(
                            "sampling",
                            SettingType.oneOf(SamplingKind.class),
                            "Memory sampling: at an adaptive interval, or at a fixed one as in"
                                    + " other monitors")
                    .or("adaptive");
    private static final Setting<Duration> SAMPLING_INTERVAL_MIN =
            Setting.of(
                            "sampling-interval-min",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                            "Adaptive: minimum sampling interval, near the threshold")
                    .or("5ms");
    private static final Setting<Duration> SAMPLING_INTERVAL_MAX =
            Setting.of(
                            "sampling-interval-max",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                            "Adaptive: maximum sampling interval, far from the threshold")
                    .or("250ms");
    private static final Setting<Duration> SAMPLING_AVERAGE_WINDOW =
            Setting.of(
                            "sampling-average-window",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                            "Adaptive: averaging window")
                    .or("500ms");
    private static final Setting<Duration> HORIZON =
            Setting.of(
                    "horizon",
                    SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                    "Adaptive: fixed forecast horizon, instead of one learned from grants");
    private static final Setting<Duration> HORIZON_INITIAL =
            Setting.of(
                            "horizon-initial",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                            "Adaptive: forecast horizon before the first grant")
                    .or("1500ms");
    private static final Setting<Duration> HORIZON_MIN =
            Setting.of(
                            "horizon-min",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                            "Adaptive: minimum learned horizon")
                    .or("100ms");
    private static final Setting<Duration> HORIZON_MAX =
            Setting.of(
                            "horizon-max",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                            "Adaptive: maximum learned horizon")
                    .or("10s");
    private static final Setting<Double> MIN_AVAILABLE_FRACTION =
            Setting.of(
                            "min-available-fraction",
                            SettingType.decimal(0, 1).where(it -> it < 1, "give less than 1"),
                            "Fraction of usable memory that must be available to any process: more is"
                                    + " requested when less is left")
                    .or("0.05");
    private static final Setting<Duration> SAMPLE_INTERVAL =
            Setting.of(
                            "memory-sample-interval",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                            "Fixed: sampling interval")
                    .or("100ms");
    private static final Setting<Integer> SAMPLE_WINDOW =
            Setting.of(
                            "memory-sample-window",
                            SettingType.integer(1, 10_000),
                            "Fixed: number of samples in the rolling average")
                    .or("5");
    private static final Setting<Integer> MIN_SAMPLES =
            Setting.of(
                            "memory-min-samples",
                            SettingType.integer(1, 10_000),
                            "Samples required before a downscale is accepted")
                    .or("2");
    private static final Setting<Duration> MAX_AGE =
            Setting.of("memory-max-age", SettingType.duration(), "Maximum age of a memory sample")
                    .or("5s");
    static final Setting<Bytes> KERNEL_RESERVE =
            Setting.of(
                            "kernel-reserve",
                            SettingType.bytes(),
                            "Memory that the kernel keeps for itself")
                    .or("100MiB");
    private static final Setting<Double> CGROUP_OVERHEAD =
            Setting.of(
                            "cgroup-overhead",
                            SettingType.decimal(0, 1)
                                    .where(
                                            it -> it > 0 && it < 1,
                                            "give more than 0 and less than 1"),
                            "Fraction of usable memory kept free: with 0.15, more is requested at 85 %")
                    .or("0.15");
    private static final Setting<Bytes> DOWNSCALE_BUFFER =
            Setting.of(
                            "downscale-buffer",
                            SettingType.bytes(),
                            "Memory that must be free below the threshold after a downscale")
                    .or("100MiB");

    private MemorySettings() {}

    static SettingTable addTo(SettingTable table) {
        return table.group(
                        "Memory",
                        SAMPLING,
                        SAMPLING_INTERVAL_MIN,
                        SAMPLING_INTERVAL_MAX,
                        SAMPLING_AVERAGE_WINDOW,
                        HORIZON,
                        HORIZON_INITIAL,
                        HORIZON_MIN,
                        HORIZON_MAX,
                        SAMPLE_INTERVAL,
                        SAMPLE_WINDOW,
                        MIN_SAMPLES,
                        MAX_AGE,
                        KERNEL_RESERVE,
                        CGROUP_OVERHEAD,
                        MIN_AVAILABLE_FRACTION,
                        DOWNSCALE_BUFFER)
                .rule(
                        MemorySettings::samplingInterval,
                        SAMPLING_INTERVAL_MIN,
                        SAMPLING_INTERVAL_MAX,
                        SAMPLING_AVERAGE_WINDOW)
                .rule(MemorySettings::forecastHorizon, HORIZON_INITIAL, HORIZON_MIN, HORIZON_MAX);
    }

    static SamplingConfig sampling(Settings settings) {
        return switch (settings.get(SAMPLING)) {
            case ADAPTIVE ->
                    new SamplingConfig.Adaptive(
                            samplingInterval(settings), kernelReserve(settings));
            case FIXED ->
                    new SamplingConfig.Fixed(
                            settings.get(SAMPLE_INTERVAL), settings.get(SAMPLE_WINDOW));
        };
    }

    static MemoryRules rules(Settings settings) {
        return new MemoryRules(
                kernelReserve(settings),
                settings.get(CGROUP_OVERHEAD),
                settings.get(MIN_AVAILABLE_FRACTION),
                settings.get(DOWNSCALE_BUFFER),
                settings.get(MIN_SAMPLES),
                settings.get(MAX_AGE));
    }

    /// The horizon of usage forecasts; empty when sampling is fixed and nothing is forecast.
    static Optional<ForecastHorizon> horizon(Settings settings) {
        return settings.get(SAMPLING) == SamplingKind.ADAPTIVE
                ? Optional.of(forecastHorizon(settings))
                : Optional.empty();
    }

    private static SamplingIntervalRules samplingInterval(Settings settings) {
        return new SamplingIntervalRules(
                settings.get(SAMPLING_INTERVAL_MIN),
                settings.get(SAMPLING_INTERVAL_MAX),
                settings.get(SAMPLING_AVERAGE_WINDOW));
    }

    private static ForecastHorizon forecastHorizon(Settings settings) {
        return settings.find(HORIZON)
                .map(ForecastHorizon::fixed)
                .orElseGet(
                        () ->
                                new ForecastHorizon(
                                        settings.get(HORIZON_INITIAL),
                                        settings.get(HORIZON_MIN),
                                        settings.get(HORIZON_MAX)));
    }

    /// A container has no reserve: what the kernel uses on its behalf is charged to its cgroup, and
    /// its limit is the size itself.
    private static Bytes kernelReserve(Settings settings) {
        return settings.get(PodsSettings.PODS) ? Bytes.ZERO : settings.get(KERNEL_RESERVE);
    }
}
