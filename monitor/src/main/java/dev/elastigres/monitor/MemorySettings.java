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
                            "Memory sampling at an adaptive interval with a forecast,"
                                    + " or at a fixed one as in other monitors")
                    .advice(
                            "Adaptive sampling requests memory before a steep rise"
                                    + " reaches the threshold, and reads less often while usage"
                                    + " is calm. Fixed sampling is for comparing decisions with"
                                    + " Neon's vm-monitor; it makes no forecast and ignores the"
                                    + " kernel's OOM and pressure signals.")
                    .or("adaptive");
    private static final Setting<Duration> SAMPLING_INTERVAL_MIN =
            Setting.of(
                            "sampling-interval-min",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                            "Minimum sampling interval with adaptive sampling, used"
                                    + " near the threshold")
                    .advice(
                            "Shorter detects a rise sooner and takes more CPU time near"
                                    + " the threshold: usage that grows by 2 GiB a second gains"
                                    + " 10 MiB in 5ms. The pause between two samples is at least"
                                    + " ten times the duration of one.")
                    .or("5ms");
    private static final Setting<Duration> SAMPLING_INTERVAL_MAX =
            Setting.of(
                            "sampling-interval-max",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                            "Maximum sampling interval with adaptive sampling, used far"
                                    + " from the threshold")
                    .advice(
                            "It decides the CPU time of an idle monitor: four samples a"
                                    + " second by default. Longer notices the start of a rise"
                                    + " later; must not be less than sampling-interval-min.")
                    .or("250ms");
    private static final Setting<Duration> SAMPLING_AVERAGE_WINDOW =
            Setting.of(
                            "sampling-average-window",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                            "Time over which adaptive sampling averages usage for"
                                    + " downscale decisions")
                    .advice(
                            "A downscale is checked against the highest of this"
                                    + " average, the newest sample and the forecast. Longer makes"
                                    + " a short peak refuse downscales for longer; requests for"
                                    + " memory do not depend on it.")
                    .or("500ms");
    private static final Setting<Duration> HORIZON =
            Setting.of(
                            "horizon",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                            "Fixed time ahead for which usage is forecast, in place of"
                                    + " one learned from grants")
                    .advice(
                            "Set it to the time from a request until the memory is"
                                    + " usable, if that is known and constant. Too short requests"
                                    + " memory too late; too long requests memory for rises that"
                                    + " end by themselves. It replaces the three settings of the"
                                    + " learned horizon.");
    private static final Setting<Duration> HORIZON_INITIAL =
            Setting.of(
                            "horizon-initial",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                            "Forecast horizon before the first grant")
                    .advice(
                            "Choose how long the first memory may take to arrive: from"
                                    + " under a second for a cgroup to seconds for a VM. It"
                                    + " applies until one grant was measured; must be between"
                                    + " horizon-min and horizon-max.")
                    .or("1500ms");
    private static final Setting<Duration> HORIZON_MIN =
            Setting.of(
                            "horizon-min",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                            "Minimum of the learned forecast horizon")
                    .advice(
                            "It keeps a margin where grants arrive within milliseconds."
                                    + " Raising it makes requests earlier and more frequent.")
                    .or("100ms");
    private static final Setting<Duration> HORIZON_MAX =
            Setting.of(
                            "horizon-max",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(10)),
                            "Maximum of the learned forecast horizon")
                    .advice(
                            "It bounds the effect of one slow grant. Where memory"
                                    + " really takes longer than this to arrive, a steep rise can"
                                    + " reach the limit first.")
                    .or("10s");
    private static final Setting<Double> MIN_AVAILABLE_FRACTION =
            Setting.of(
                            "min-available-fraction",
                            SettingType.decimal(0, 1).where(it -> it < 1, "give less than 1"),
                            "Fraction of usable memory that must be available to any process: more is"
                                    + " requested when less is left")
                    .advice(
                            "Protects the machine when processes other than Postgres,"
                                    + " huge pages or locked memory use it up: the cgroup's usage"
                                    + " does not show that. 0 switches this off; much more than"
                                    + " 0.1 requests memory that only other programs use.")
                    .or("0.05");
    private static final Setting<Duration> SAMPLE_INTERVAL =
            Setting.of(
                            "memory-sample-interval",
                            SettingType.duration(Duration.ofMillis(1), Duration.ofMinutes(1)),
                            "Sampling interval with fixed sampling")
                    .advice(
                            "Used only with sampling fixed. Times memory-sample-window"
                                    + " it is how late a rise is noticed: 500 ms by default.")
                    .or("100ms");
    private static final Setting<Integer> SAMPLE_WINDOW =
            Setting.of(
                            "memory-sample-window",
                            SettingType.integer(1, 10_000),
                            "Number of samples in the average of fixed sampling")
                    .advice(
                            "Used only with sampling fixed. More samples ignore short"
                                    + " peaks and notice a rise later; 1 acts on every single"
                                    + " sample.")
                    .or("5");
    private static final Setting<Integer> MIN_SAMPLES =
            Setting.of(
                            "memory-min-samples",
                            SettingType.integer(1, 10_000),
                            "Samples required before a downscale is accepted")
                    .advice(
                            "After a start or a gap, downscales are refused until usage"
                                    + " is known from that many samples. 1 may accept a downscale"
                                    + " because of one low reading.")
                    .or("2");
    private static final Setting<Duration> MAX_AGE =
            Setting.of(
                            "memory-max-age",
                            SettingType.duration(),
                            "Maximum age of the memory sample that allows a downscale")
                    .advice(
                            "Samples are at most sampling-interval-max old, so a stale"
                                    + " one means that the kernel's files cannot be read. Longer"
                                    + " accepts downscales on usage that may have changed; much"
                                    + " shorter refuses some while the machine is overloaded.")
                    .or("5s");
    static final Setting<Bytes> KERNEL_RESERVE =
            Setting.of(
                            "kernel-reserve",
                            SettingType.bytes(),
                            "Memory that the kernel keeps for itself")
                    .advice(
                            "The VM's size counts as MemTotal plus this value, and"
                                    + " kernel memory beyond it counts as usage. Choose what the"
                                    + " guest's kernel takes at the smallest size: too little"
                                    + " requests memory sooner, too much lets the kernel use up"
                                    + " what cgroup-overhead keeps free. Not used with pods or"
                                    + " size-source cgroup: a cgroup is charged for the kernel's"
                                    + " memory.")
                    .or("100MiB");
    private static final Setting<Double> CGROUP_OVERHEAD =
            Setting.of(
                            "cgroup-overhead",
                            SettingType.decimal(0, 1)
                                    .where(
                                            it -> it > 0 && it < 1,
                                            "give more than 0 and less than 1"),
                            "Fraction of usable memory to keep free: with 0.15, more is"
                                    + " requested at 85 %")
                    .advice(
                            "Less fills memory further and leaves less time for a"
                                    + " grant; below 0.05 a rise of a small VM may reach the"
                                    + " limit first. More requests memory earlier, and refuses"
                                    + " downscales that would leave less than this free.")
                    .or("0.15");
    private static final Setting<Bytes> DOWNSCALE_BUFFER =
            Setting.of(
                            "downscale-buffer",
                            SettingType.bytes(),
                            "Memory that must be free below the threshold after a downscale")
                    .advice(
                            "It prevents a downscale that would be followed at once by"
                                    + " a request for memory. Too little lets a VM shrink and"
                                    + " grow in turns; too much keeps small VMs from ever"
                                    + " shrinking.")
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

    /// A cgroup has no reserve: what the kernel uses on its behalf is charged to it, and its limit
    /// is the size itself.
    private static Bytes kernelReserve(Settings settings) {
        return settings.get(PodsSettings.PODS) || LocationSettings.hasCgroupSize(settings)
                ? Bytes.ZERO
                : settings.get(KERNEL_RESERVE);
    }
}
