package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.SampleWindow;

/// Takes samples at a fixed interval and averages the newest ones.
final class FixedSamplingPolicy implements SamplingPolicy {
    private final long period;
    private final SampleWindow window;
    private long last;

    FixedSamplingPolicy(SamplingConfig.Fixed sampling) {
        period = sampling.interval().toNanos();
        window = new SampleWindow(sampling.window());
    }

    @Override
    public void take(long now, long usage, long kernel, WatchTarget target) {
        last = usage;
        window.add(usage);
    }

    @Override
    public void clear() {
        window.clear();
    }

    @Override
    public long used() {
        return window.average();
    }

    @Override
    public void write(LatestUsage board, long now) {
        long average = window.average();
        board.write(average, last, window.size(), now, average, 0, 0);
    }

    @Override
    public long nextAfter(long due, long now, long took) {
        // After a pause of the whole machine, missed samples are not made up for.
        return due + period - now < 0 ? now + period : due + period;
    }

    @Override
    public boolean allowsEarlySample() {
        return false;
    }

    @Override
    public long machineReadInterval() {
        return period;
    }
}
