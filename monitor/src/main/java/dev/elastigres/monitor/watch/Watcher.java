package dev.elastigres.monitor.watch;

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

    private volatile Aim aim = Aim.NONE;
    private volatile @Nullable String totalTrouble;

    // Of the sampling thread alone.
    private int generation;
    private int untold;
    private boolean toldKnown;
    private boolean toldShort;
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
        return board.read();
    }

    /// Why the total cannot be read now; empty when it can.
    public Optional<String> totalTrouble() {
        return Optional.ofNullable(totalTrouble);
    }

    public boolean isAlive() {
        return pulse.isAlive();
    }

    /// Called by one thread, as [#setHorizon].
    public void setThreshold(Bytes bytes) {
        aim = aim.withThreshold(bytes.value());
        nudge();
    }

    /// How far ahead it is to look.
    public void setHorizon(Duration horizon) {
        aim = aim.withHorizon(horizon.toNanos());
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
            Aim current = aim;
            judge.take(now, bytes, from.kernel(), current);
            judge.write(board, now);
            tell(true, judge.isShort(current.threshold(), toldShort));
            if (report > 0 && ++untold >= report && listener.sampled()) untold = 0;
        } catch (UnreadableException e) {
            // What is read after a gap begins a series of its own.
            judge.clear();
            board.writeUnreadable(String.valueOf(e.getMessage()));
            tell(false, false);
        }
    }

    private void tell(boolean known, boolean isShort) {
        if (known == toldKnown && isShort == toldShort) return;
        if (!listener.usageMoved()) return;
        toldKnown = known;
        toldShort = isShort;
    }

    private void observeTotal(long now) {
        try {
            long bytes = total.readBytes(now);
            if (totalTrouble != null) totalTrouble = null;
            judge.takeMachine(bytes, total.availableBytes());
            if (bytes != toldTotal && listener.totalObserved(new Bytes(bytes))) toldTotal = bytes;
        } catch (UnreadableException e) {
            totalTrouble = String.valueOf(e.getMessage());
        }
    }

    @Override
    public void close() {
        pulse.stop();
    }
}
