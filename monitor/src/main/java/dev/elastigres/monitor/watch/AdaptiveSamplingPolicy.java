package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.UsageForecaster;

/// Forecasts usage, and samples more often the nearer the threshold is.
final class AdaptiveSamplingPolicy implements SamplingPolicy {
    private static final long MACHINE_EVERY = 100_000_000;

    /// Minimum ratio of pause to sampling time, because some sources are expensive to read.
    private static final int MIN_REST = 10;

    /// Assumed duration of a sample before the first, in nanoseconds.
    private static final long ASSUMED_COST = 50_000;

    private final UsageForecaster forecaster;
    private final long reserve;

    private long cost = ASSUMED_COST;
    private long usage;
    private long kernel;

    AdaptiveSamplingPolicy(SamplingConfig.Adaptive sampling) {
        forecaster = new UsageForecaster(sampling.pace());
        reserve = sampling.reserve().value();
    }

    @Override
    public void take(long now, long usage, long kernel, WatchTarget target) {
        this.usage = usage;
        this.kernel = Math.max(0, kernel - reserve);
        forecaster.add(now, usage + this.kernel, target.threshold(), target.horizon());
    }

    @Override
    public void clear() {
        forecaster.clear();
    }

    @Override
    public long used() {
        return forecaster.forecast();
    }

    @Override
    public void write(LatestUsage board, long now) {
        board.write(
                Math.max(0, forecaster.average() - kernel),
                usage,
                forecaster.size(),
                now,
                forecaster.forecast(),
                forecaster.rate(),
                kernel);
    }

    @Override
    public long nextAfter(long due, long now, long took) {
        return now + Math.max(forecaster.nextIn(), MIN_REST * usualCost(took));
    }

    /// Returns the usual duration of a sample, in nanoseconds. It grows by an eighth per sample at
    /// most, so that an occasional pause of the whole machine does not count.
    private long usualCost(long took) {
        cost = Math.min(took, cost + cost / 8);
        return cost;
    }

    @Override
    public boolean allowsEarlySample() {
        return true;
    }

    @Override
    public long machineReadInterval() {
        return MACHINE_EVERY;
    }
}
