package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.Lookout;

/// Looks ahead, and looks the more often the nearer the danger is.
final class AdaptiveJudge implements Judge {
    private static final long MACHINE_EVERY = 100_000_000;

    /// The thread rests at least so many times as long as it works: some sources are dear.
    private static final int LEAST_REST = 10;

    /// Before the first sample.
    private static final long ASSUMED_COST = 50_000;

    private final Lookout lookout;
    private final long reserve;

    private long cost = ASSUMED_COST;
    private long usage;
    private long kernel;

    AdaptiveJudge(Sampling.Adaptive sampling) {
        lookout = new Lookout(sampling.pace());
        reserve = sampling.reserve().value();
    }

    @Override
    public void take(long now, long usage, long kernel, WatchTarget target) {
        this.usage = usage;
        this.kernel = Math.max(0, kernel - reserve);
        lookout.add(now, usage + this.kernel, target.threshold(), target.horizon());
    }

    @Override
    public void clear() {
        lookout.clear();
    }

    @Override
    public long used() {
        return lookout.foreseen();
    }

    @Override
    public void write(UsageBoard board, long now) {
        board.write(
                Math.max(0, lookout.average() - kernel),
                usage,
                lookout.size(),
                now,
                lookout.foreseen(),
                lookout.rate(),
                kernel);
    }

    @Override
    public long nextAfter(long due, long now, long took) {
        return now + Math.max(lookout.nextIn(), LEAST_REST * usualCost(took));
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
