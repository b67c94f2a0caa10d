package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.UsageForecaster;

/// Looks ahead, and looks the more often the nearer the danger is.
final class AdaptiveSamplingPolicy implements SamplingPolicy {
    private static final long MACHINE_EVERY = 100_000_000;

    /// The thread rests at least so many times as long as it works: some sources are dear.
    private static final int MIN_REST = 10;

    /// Before the first sample.
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

    /// What a sample takes. Now and then the whole machine pauses in one; that is no cost of it.
    private long usualCost(long took) {
        cost = Math.min(took, cost + cost / 8);
        return cost;
    }

    @Override
    public boolean mayHurry() {
        return true;
    }

    @Override
    public long machineEvery() {
        return MACHINE_EVERY;
    }
}
