package dev.elastigres.core.agent;

import dev.elastigres.core.scaling.CpuFigures;
import dev.elastigres.core.scaling.CpuUsage;
import dev.elastigres.core.scaling.Goal;
import dev.elastigres.core.scaling.Headroom;
import dev.elastigres.core.scaling.HostMetrics;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.core.units.Resources;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/// Current demand according to the metrics, and the peaks of the recent past.
///
/// A metrics page can lack CPU figures. The last valid figures replace them until they are stale.
///
/// @param goal goal of the newest metrics
/// @param readAt when the page of these metrics was requested
/// @param total the VM's memory as its kernel last reported it
/// @param cpu the last valid CPU figures
/// @param load the last load averages, where they decide instead of CPU figures
/// @param known time during which the goal was known without a gap; empty before the first complete
///     goal
/// @param cpuPeaks recent measured peaks of the goal's CPUs, in thousandths
/// @param memoryPeaks recent measured peaks of the goal's memory, in bytes
/// @param estimate highest goal while CPUs are saturated; empty if the newest figures are measured
/// @param learned headroom learned from the demand
public record DemandHistory(
        Optional<Goal> goal,
        Moment readAt,
        Optional<Bytes> total,
        Optional<CpuMeasurement> cpu,
        Optional<LoadHistory> load,
        Optional<CompletePeriod> known,
        PeakHistory cpuPeaks,
        PeakHistory memoryPeaks,
        Optional<EstimatedPeak> estimate,
        LearnedHeadroom learned) {
    /// Minimum interval of a CPU measurement. A shorter one shows bursts instead of demand.
    public static final Duration MIN_CPU_INTERVAL = Duration.ofSeconds(2);

    private static final int THOUSANDTHS = 1000;

    public record CpuMeasurement(CpuFigures.Measured figures, Moment at) {}

    /// Time during which all goals were complete, without a gap.
    public record CompletePeriod(Moment since, Moment until) {}

    static DemandHistory none(Moment now) {
        return new DemandHistory(
                Optional.empty(),
                now,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                PeakHistory.NONE,
                PeakHistory.NONE,
                Optional.empty(),
                LearnedHeadroom.NONE);
    }

    /// Returns the history with metrics added.
    ///
    /// @param reported the metrics
    /// @param at when the page of the metrics was requested
    /// @param resize the last resize, during which metrics do not count; it does not count as a gap
    DemandHistory read(
            VmMetrics reported,
            Moment at,
            SizeLimits limits,
            ScalingRules rules,
            Optional<ResizeSpan> resize) {
        Optional<LoadHistory> loads = loads(reported, at, rules, resize);
        VmMetrics metrics = withLoads(reported, loads);
        LearnedHeadroom newer = learned.read(metrics, at, limits, rules);
        Headroom headroom = newer.headroom(rules, at);
        Goal newest = Goal.of(metrics, limits.unit(), rules.goal(), limits.min(), headroom);
        Duration staleAfter = rules.timing().staleAfter();
        Optional<CpuMeasurement> measured =
                metrics.host()
                        .flatMap(
                                host ->
                                        host.cpu() instanceof CpuFigures.Measured figures
                                                ? Optional.of(new CpuMeasurement(figures, at))
                                                : cpu.filter(
                                                        it -> isRecent(it.at, at, staleAfter)));
        Goal goal =
                Goal.of(
                        withCpu(metrics, measured),
                        limits.unit(),
                        rules.goal(),
                        limits.min(),
                        headroom);
        Duration window = LearnedHeadroom.longestWindow(rules);
        boolean saturated = rules.headroom().isPresent() && isSaturated(metrics);
        Resources peak =
                saturated
                        ? Goal.of(
                                        withoutWaiting(metrics),
                                        limits.unit(),
                                        rules.goal(),
                                        limits.min(),
                                        headroom)
                                .size()
                        : newest.size();
        return new DemandHistory(
                Optional.of(goal),
                at,
                metrics.host().map(HostMetrics::total).or(() -> total),
                measured,
                loads,
                goal.complete() ? Optional.of(known(at, staleAfter, resize)) : known,
                cpuPeaks.with(thousandths(peak), at, window),
                memoryPeaks.with(peak.memory().value(), at, window),
                saturated
                        ? Optional.of(EstimatedPeak.of(estimate, newest, at, window))
                        : estimate.filter(_ -> !isMeasured(metrics)),
                newer);
    }

    /// Returns the load averages, if they decide. Other agents' rules count them as reported.
    private Optional<LoadHistory> loads(
            VmMetrics reported, Moment at, ScalingRules rules, Optional<ResizeSpan> resize) {
        if (rules.goal().cpuUse().isEmpty()) return Optional.empty();
        return reported.host()
                .filter(it -> it.cpu() instanceof CpuFigures.Unavailable)
                .map(it -> LoadHistory.read(load, it, at, resize, rules.timing().staleAfter()));
    }

    private static VmMetrics withLoads(VmMetrics metrics, Optional<LoadHistory> loads) {
        if (loads.isEmpty()) return metrics;
        return new VmMetrics(metrics.host().map(loads.get()::in), metrics.windows());
    }

    private static VmMetrics withCpu(VmMetrics metrics, Optional<CpuMeasurement> measured) {
        Optional<HostMetrics> host =
                metrics.host()
                        .map(
                                it ->
                                        it.cpu() instanceof CpuFigures.Pending
                                                        && measured.isPresent()
                                                ? it.with(measured.get().figures)
                                                : it);
        return new VmMetrics(host, metrics.windows());
    }

    private static boolean isMeasured(VmMetrics metrics) {
        return metrics.host().isPresent()
                && metrics.host().get().cpu() instanceof CpuFigures.Measured;
    }

    private static boolean isSaturated(VmMetrics metrics) {
        return metrics.host().isPresent()
                && metrics.host().get().cpu() instanceof CpuFigures.Measured(CpuUsage use)
                && use.isSaturated();
    }

    private static VmMetrics withoutWaiting(VmMetrics metrics) {
        return new VmMetrics(
                metrics.host()
                        .map(
                                it ->
                                        it.cpu() instanceof CpuFigures.Measured(CpuUsage use)
                                                ? it.with(
                                                        new CpuFigures.Measured(
                                                                use.withoutWaiting()))
                                                : it),
                metrics.windows());
    }

    private CompletePeriod known(Moment at, Duration staleAfter, Optional<ResizeSpan> resize) {
        if (known.isEmpty()) return new CompletePeriod(at, at);
        Moment until = known.get().until;
        // Only a resize that began while the demand was known explains missing metrics.
        boolean explained =
                resize.filter(it -> isRecent(until, it.began(), staleAfter)).isPresent();
        Moment seenUntil = explained ? later(until, resize.get().ended()) : until;
        return new CompletePeriod(isRecent(seenUntil, at, staleAfter) ? known.get().since : at, at);
    }

    private static Moment later(Moment one, Moment other) {
        return one.isBefore(other) ? other : one;
    }

    private static boolean isRecent(Moment moment, Moment now, Duration timeout) {
        return now.since(moment).compareTo(timeout) < 0;
    }

    private static long thousandths(Resources size) {
        return Math.round(size.vcpus() * THOUSANDTHS);
    }

    /// Returns whether `metrics` show a different amount of memory than the previous ones.
    boolean isOfAnotherSize(VmMetrics metrics) {
        return total.isPresent()
                && metrics.host().isPresent()
                && !metrics.host().get().total().equals(total.get());
    }

    /// Returns the highest goal within the time for which a peak counts, for each resource.
    public Resources size(ScalingRules rules, Moment now) {
        Resources newest = goal.map(Goal::size).orElse(Resources.ZERO);
        if (estimate.isPresent())
            newest = newest.max(estimate.get().within(learned.cpuWindow(rules), now));
        return new Resources(
                cpuPeaks.highest(thousandths(newest), learned.cpuWindow(rules), now)
                        / (double) THOUSANDTHS,
                new Bytes(
                        memoryPeaks.highest(
                                newest.memory().value(), learned.memoryWindow(rules), now)));
    }

    /// Returns how long the goal has been known without a gap.
    Duration knownFor(Moment now) {
        return known.map(it -> now.since(it.since)).orElse(Duration.ZERO);
    }

    /// Returns when the highest goal of a resource next leaves the window; empty if the newest goal
    /// is the highest.
    Optional<Moment> changesAt(ScalingRules rules, Moment now) {
        return Stream.of(
                        estimate.map(it -> it.at().plus(learned.cpuWindow(rules))),
                        cpuPeaks.changesAt(learned.cpuWindow(rules), now),
                        memoryPeaks.changesAt(learned.memoryWindow(rules), now))
                .flatMap(Optional::stream)
                .reduce((one, other) -> one.isBefore(other) ? one : other);
    }

    boolean isStale(Duration after, Moment now) {
        return now.since(readAt).compareTo(after) >= 0;
    }
}
