package dev.elastigres.monitor.watch;

import dev.elastigres.core.monitor.MachineMemory;
import dev.elastigres.core.monitor.MemoryLimits;
import dev.elastigres.core.monitor.Usage;
import dev.elastigres.core.units.Bytes;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Samples the memory of one Postgres, and the total that there is for it, with each beat of a
/// [Pulse]. Speaks up when memory becomes short or is not any more, when usage becomes known or
/// unknown, and when the total changes; whoever wants the figures in between asks for [#usage].
public final class Watcher implements Pulse.Beat, AutoCloseable {
    private final @Nullable MemorySource source;
    private final MemoryTotal total;
    private final int report;
    private final Judge judge;
    private final Listener listener;
    private final UsageBoard board;
    private final Pulse pulse;

    private final MachineBoard machine = new MachineBoard();
    private volatile WatchTarget target = WatchTarget.NONE;

    // Of the sampling thread alone.
    private int generation;
    private int untold;
    private boolean toldKnown;
    private boolean toldUsed;
    private boolean toldUnavailable;
    private long unavailableBefore = KeyedNumbers.ABSENT;
    private long toldTotal;
    private long due;
    private long totalDue;

    /// Is called on the sampling thread and must not block. An answer of false means that it could
    /// not be taken, and is told again at the next sample.
    public interface Listener {
        boolean usageMoved();

        boolean totalObserved(Bytes total);

        /// Another [WatchConfig#report] samples were taken.
        boolean sampled();
    }

    /// @param source empty when nothing is watched
    /// @param observed the total of memory that is known already
    /// @param pulse of which nobody else knows
    public Watcher(
            Optional<MemorySource> source,
            MemoryTotal total,
            Bytes observed,
            WatchConfig config,
            Pulse pulse,
            Listener listener) {
        this.source = source.orElse(null);
        this.total = total;
        this.report = config.report();
        this.judge = Judge.of(config.sampling());
        this.listener = listener;
        this.board =
                new UsageBoard(source.isEmpty() ? new Usage.Unwatched() : new Usage.Unsampled());
        this.toldTotal = observed.value();
        this.pulse = pulse;
    }

    public void start() {
        due = System.nanoTime();
        totalDue = due;
        pulse.start(this);
    }

    public Usage usage() {
        return board.read(machine.read());
    }

    /// Why the total cannot be read now; empty when it can.
    public Optional<String> totalTrouble() {
        return machine.read() instanceof MachineMemory.Unreadable(String why)
                ? Optional.of(why)
                : Optional.empty();
    }

    public boolean isAlive() {
        return pulse.isAlive();
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
        if (judge.mayHurry()) pulse.hurry();
    }

    @Override
    public long beat() {
        long now = System.nanoTime();
        if (now - totalDue >= 0) {
            observeTotal(now);
            totalDue = now + judge.machineEvery();
        }
        if (source != null) sample(source, now);
        long done = System.nanoTime();
        due = judge.nextAfter(due, done, done - now);
        return due;
    }

    @Override
    public void end() {
        if (source != null) source.close();
        total.close();
    }

    private void sample(MemorySource from, long now) {
        try {
            long bytes = from.read(now);
            if (from.generation() != generation) {
                generation = from.generation();
                judge.clear();
            }
            WatchTarget current = target;
            judge.take(now, bytes, from.kernel(), current);
            judge.write(board, now);
            tell(true, judge.used() >= current.used());
            if (report > 0 && ++untold >= report && listener.sampled()) untold = 0;
        } catch (UnreadableException e) {
            // What is read after a gap begins a series of its own.
            judge.clear();
            board.writeUnreadable(String.valueOf(e.getMessage()));
            tell(false, false);
        }
    }

    private void tell(boolean known, boolean isReached) {
        if (known == toldKnown && isReached == toldUsed) return;
        if (!listener.usageMoved()) return;
        toldKnown = known;
        toldUsed = isReached;
    }

    private void observeTotal(long now) {
        try {
            long bytes = total.readBytes(now);
            observeAvailable(bytes, total.availableBytes());
            if (bytes != toldTotal && listener.totalObserved(new Bytes(bytes))) toldTotal = bytes;
        } catch (UnreadableException e) {
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
        if (isReached != toldUnavailable && listener.usageMoved()) toldUnavailable = isReached;
    }

    @Override
    public void close() {
        pulse.stop();
    }
}
