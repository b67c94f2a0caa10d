package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.MachineMemory;
import dev.elastigres.core.monitor.MemoryLimits;
import dev.elastigres.core.monitor.Usage;
import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Samples the memory of one Postgres, and that of its machine or container, each with a [Ticker]
/// of its own, so that a file that does not answer delays only its own ticker. Calls its listener
/// when a limit is crossed, when usage becomes known or unknown, and when the total changes.
/// [#usage] returns the figures at any time.
public final class MemoryWatcher implements AutoCloseable {
    private final @Nullable MemorySource source;
    private final MemoryTotal total;
    private final Bytes observed;
    private final int report;
    private final SamplingPolicy samplingPolicy;
    private final UsageListener listener;
    private final LatestUsage board;
    private final LatestMachineMemory machine = new LatestMachineMemory();
    private final Ticker usageTicker;
    private final Ticker machineTicker;
    private volatile WatchTarget target = WatchTarget.NONE;

    /// When the next usage sample is due.
    private volatile long usageDue;

    /// Receives changes, on a sampling thread. Must not block. If a method returns false, the
    /// change was not accepted and is reported again at the next sample.
    public interface UsageListener {
        /// Called when usage has crossed a limit or has become known or unknown.
        boolean usageChanged();

        /// Called when the total memory has changed.
        boolean totalObserved(Bytes total);

        /// Called after each [MemoryWatchConfig#report] samples.
        boolean sampled();
    }

    /// Creates a watcher that is not started.
    ///
    /// @param source source of usage; empty if usage is not watched
    /// @param total source of the total memory
    /// @param observed the total memory that is already known
    /// @param config sampling and reports
    /// @param scheduler runs the watcher's tickers
    /// @param listener receives changes
    public MemoryWatcher(
            Optional<MemorySource> source,
            MemoryTotal total,
            Bytes observed,
            MemoryWatchConfig config,
            TickScheduler scheduler,
            UsageListener listener) {
        this.source = source.orElse(null);
        this.total = total;
        this.report = config.report();
        this.samplingPolicy = SamplingPolicy.of(config.sampling());
        this.listener = listener;
        this.board =
                new LatestUsage(
                        source.isEmpty() ? new Usage.NotMonitored() : new Usage.Unsampled());
        this.usageTicker = scheduler.ticker();
        this.machineTicker = scheduler.ticker();
        this.observed = observed;
    }

    public void start() {
        usageDue = System.nanoTime();
        if (source != null) usageTicker.start(new UsageTick(source));
        machineTicker.start(new MachineTick(observed.value()));
    }

    /// Returns the latest usage.
    public Usage usage() {
        if (source != null) {
            Optional<String> silence = silence(usageTicker, source.description());
            if (silence.isPresent()) return new Usage.Unreadable(silence.get());
        }
        return board.read(machine());
    }

    /// Returns the memory of the machine or container.
    public MachineMemory machine() {
        return silence(machineTicker, total.description())
                .<MachineMemory>map(MachineMemory.Unreadable::new)
                .orElseGet(machine::read);
    }

    /// Returns why a source gives no new figures; empty if it does.
    private static Optional<String> silence(Ticker ticker, String what) {
        if (ticker.isStalled()) return Optional.of(what + " does not answer");
        return ticker.failure().map(bug -> "watching " + what + " has failed: " + bug);
    }

    /// Returns whether the tickers run. False after [#close] or a failure.
    public boolean isAlive() {
        return machineTicker.isAlive() && (source == null || usageTicker.isAlive());
    }

    /// Sets the limits to watch for. Called by the same thread as [#setHorizon].
    ///
    /// @param threshold usage from which more memory is requested
    /// @param limits limits whose crossing is reported
    public void watch(Bytes threshold, MemoryLimits limits) {
        target = target.with(threshold, limits);
        nudge();
    }

    /// Sets how far ahead usage is forecast.
    public void setHorizon(Duration horizon) {
        target = target.with(horizon);
        nudge();
    }

    /// Takes the next usage sample now, unless the interval is fixed.
    public void nudge() {
        if (samplingPolicy.allowsEarlySample()) usageTicker.hurry();
    }

    /// Samples the usage.
    private final class UsageTick implements Tick {
        private final MemorySource from;
        private int generation;
        private int unreportedSamples;
        private boolean reportedAny;
        private boolean reportedKnown;
        private boolean reportedUsed;

        UsageTick(MemorySource from) {
            this.from = from;
        }

        @Override
        public long tick(ReadBuffer scratch) {
            long now = System.nanoTime();
            sample(now, scratch);
            long done = System.nanoTime();
            // Meanwhile another thread has reported usage as unknown.
            if (done - now > Ticker.STALL.toNanos()) reportedKnown = false;
            usageDue = samplingPolicy.nextAfter(usageDue, done, done - now);
            return usageDue;
        }

        private void sample(long now, ReadBuffer scratch) {
            try {
                long bytes = from.read(now, scratch);
                if (from.generation() != generation) {
                    generation = from.generation();
                    samplingPolicy.clear();
                }
                WatchTarget current = target;
                samplingPolicy.take(now, bytes, from.kernel(), current);
                samplingPolicy.write(board, now);
                notifyListener(true, samplingPolicy.used() >= current.used());
                if (report > 0 && ++unreportedSamples >= report && listener.sampled())
                    unreportedSamples = 0;
            } catch (KernelReadException e) {
                // Samples after a gap are not combined with those before.
                samplingPolicy.clear();
                board.writeUnreadable(String.valueOf(e.getMessage()));
                notifyListener(false, false);
            }
        }

        private void notifyListener(boolean known, boolean isReached) {
            // A failure of the first sample is reported too.
            if (reportedAny && known == reportedKnown && isReached == reportedUsed) return;
            if (!listener.usageChanged()) return;
            reportedAny = true;
            reportedKnown = known;
            reportedUsed = isReached;
        }

        @Override
        public void stalled() {
            listener.usageChanged();
        }

        @Override
        public void end() {
            from.close();
        }
    }

    /// Reads the total and the available memory.
    private final class MachineTick implements Tick {
        private boolean reportedUnavailable;
        private long unavailableBefore = KeyedNumbers.ABSENT;
        private long reportedTotal;

        MachineTick(long observed) {
            reportedTotal = observed;
        }

        @Override
        public long tick(ReadBuffer scratch) {
            long now = System.nanoTime();
            read(now, scratch);
            // Together with the next usage sample, of which there are few far below the threshold.
            long soonest = now + samplingPolicy.machineReadInterval();
            long next = usageDue;
            return source != null && next - soonest > 0 ? next : soonest;
        }

        private void read(long now, ReadBuffer scratch) {
            try {
                long bytes = total.readBytes(now, scratch);
                observeAvailable(bytes, total.availableBytes());
                if (bytes != reportedTotal && listener.totalObserved(new Bytes(bytes)))
                    reportedTotal = bytes;
            } catch (KernelReadException e) {
                unavailableBefore = KeyedNumbers.ABSENT;
                machine.writeUnreadable(String.valueOf(e.getMessage()));
            }
        }

        /// Memory that was available at one of two consecutive readings counts as available.
        private void observeAvailable(long bytes, long available) {
            if (available == KeyedNumbers.ABSENT) {
                unavailableBefore = KeyedNumbers.ABSENT;
                machine.writeUnreported();
                return;
            }
            long unavailable = Math.max(0, bytes - available);
            long lasting =
                    unavailableBefore == KeyedNumbers.ABSENT
                            ? unavailable
                            : Math.min(unavailable, unavailableBefore);
            unavailableBefore = unavailable;
            machine.write(bytes, Math.min(lasting, bytes));
            boolean isReached = lasting >= target.unavailable();
            if (isReached != reportedUnavailable && listener.usageChanged())
                reportedUnavailable = isReached;
        }

        @Override
        public void end() {
            total.close();
        }
    }

    @Override
    public void close() {
        usageTicker.stop();
        machineTicker.stop();
    }
}
