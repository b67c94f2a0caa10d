package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.MachineMemory;
import dev.elastigres.core.monitor.MemoryLimits;
import dev.elastigres.core.monitor.Usage;
import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Samples the memory of one Postgres, and that of the machine or container it runs in, each by a
/// [Ticker] of its own: one that does not answer keeps only itself. Speaks up when a limit is
/// crossed, when usage becomes known or unknown, and when the total changes; whoever wants the
/// figures in between asks for [#usage].
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

    /// When the next sample of usage is due.
    private volatile long usageDue;

    /// Is called on a sampling thread and must not block. An answer of false means that it could
    /// not be taken, and is told again at the next sample.
    public interface UsageListener {
        boolean usageMoved();

        boolean totalObserved(Bytes total);

        /// Another [MemoryWatchConfig#report] samples were taken.
        boolean sampled();
    }

    /// @param source empty when nothing is watched
    /// @param observed the total of memory that is known already
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
                new LatestUsage(source.isEmpty() ? new Usage.Unwatched() : new Usage.Unsampled());
        this.usageTicker = scheduler.ticker();
        this.machineTicker = scheduler.ticker();
        this.observed = observed;
    }

    public void start() {
        usageDue = System.nanoTime();
        if (source != null) usageTicker.start(new UsageTick(source));
        machineTicker.start(new MachineTick(observed.value()));
    }

    public Usage usage() {
        if (source != null) {
            Optional<String> silence = silence(usageTicker, source.description());
            if (silence.isPresent()) return new Usage.Unreadable(silence.get());
        }
        return board.read(machine());
    }

    /// What is known of the machine's memory, or the container's.
    public MachineMemory machine() {
        return silence(machineTicker, total.description())
                .<MachineMemory>map(MachineMemory.Unreadable::new)
                .orElseGet(machine::read);
    }

    /// Why nothing new comes of it; empty when it does.
    private static Optional<String> silence(Ticker ticker, String what) {
        if (ticker.isStalled()) return Optional.of(what + " does not answer");
        return ticker.failure().map(bug -> "watching " + what + " has failed: " + bug);
    }

    /// False once it was closed, or has failed.
    public boolean isAlive() {
        return machineTicker.isAlive() && (source == null || usageTicker.isAlive());
    }

    /// Called by one thread, as [#setHorizon].
    public void watch(Bytes threshold, MemoryLimits limits) {
        target = target.with(threshold, limits);
        nudge();
    }

    /// How far ahead it is to look.
    public void setHorizon(Duration horizon) {
        target = target.with(horizon);
        nudge();
    }

    /// Takes a sample now instead of when the next is due, where the period is not fixed.
    public void nudge() {
        if (samplingPolicy.mayHurry()) usageTicker.hurry();
    }

    /// Samples usage.
    private final class UsageTick implements Tick {
        private final MemorySource from;
        private int generation;
        private int unreportedSamples;
        private boolean toldAny;
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
            // That it did not answer was told on another thread.
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
                tell(true, samplingPolicy.used() >= current.used());
                if (report > 0 && ++unreportedSamples >= report && listener.sampled())
                    unreportedSamples = 0;
            } catch (KernelReadException e) {
                // What is read after a gap begins a series of its own.
                samplingPolicy.clear();
                board.writeUnreadable(String.valueOf(e.getMessage()));
                tell(false, false);
            }
        }

        private void tell(boolean known, boolean isReached) {
            // What cannot be read from the beginning is told, too.
            if (toldAny && known == reportedKnown && isReached == reportedUsed) return;
            if (!listener.usageMoved()) return;
            toldAny = true;
            reportedKnown = known;
            reportedUsed = isReached;
        }

        @Override
        public void stalled() {
            listener.usageMoved();
        }

        @Override
        public void end() {
            from.close();
        }
    }

    /// Reads what the machine has, and what of it is available.
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
            // With the next sample of usage, which is rare while all is calm.
            long soonest = now + samplingPolicy.machineEvery();
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

        /// What was available at one of two readings is not gone.
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
            if (isReached != reportedUnavailable && listener.usageMoved())
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
