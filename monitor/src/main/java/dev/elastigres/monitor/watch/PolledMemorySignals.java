package dev.elastigres.monitor.watch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Polls the files that [KernelMemorySignals] waits for, if the cgroup is read-only and no trigger
/// can be written. Reports up to a quarter of a second later, and needs no thread of its own.
public final class PolledMemorySignals implements MemorySignals, Tick {
    private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(250);

    /// As in the trigger: tasks waited for 150 ms of a second.
    private static final long STALL_MICROS = 150_000;

    /// Number of polls in that second.
    private static final int LOOKS = 4;

    private static final byte[] SOME = KeyedNumbers.key("some");
    private static final byte[] TOTAL = "total=".getBytes(StandardCharsets.US_ASCII);

    private final Ticker ticker;
    private final PolledFile events;
    private final PolledFile pressure;
    private final KeyedNumberReader figures;
    private final MemorySignalListener listener;

    private volatile long oomKills;

    // Used by the ticker's thread only.
    private final long[] stalls = new long[LOOKS];
    private int looks;
    private long killed;
    private long killsBefore = KeyedNumbers.ABSENT;
    private int generation;
    private boolean reportedProblem;

    /// Creates signals that are not started.
    ///
    /// @param cgroup the cgroup's directory
    /// @param ticker for exclusive use
    /// @param listener receives the signals
    public PolledMemorySignals(Path cgroup, Ticker ticker, MemorySignalListener listener) {
        this.ticker = ticker;
        this.listener = listener;
        events = new PolledFile(cgroup.resolve("memory.events"));
        pressure = new PolledFile(cgroup.resolve("memory.pressure"));
        figures = new KeyedNumberReader("oom_kill");
    }

    @Override
    public void start() {
        ticker.start(this);
    }

    @Override
    public long oomKills() {
        return oomKills;
    }

    @Override
    public Optional<String> problem() {
        if (ticker.isStalled())
            return Optional.of(events.path() + " or " + pressure.path() + " does not answer");
        return ticker.failure()
                .map(bug -> "watching the kernel's memory signals has failed: " + bug);
    }

    @Override
    public long tick(ReadBuffer scratch) {
        long now = System.nanoTime();
        try {
            lookForKills(now, scratch);
            lookForPressure(now, scratch);
        } catch (KernelReadException _) {
            // A missing cgroup is reported by the memory watcher.
            looks = 0;
            killsBefore = KeyedNumbers.ABSENT;
        }
        return now + EVERY;
    }

    private void lookForKills(long now, ReadBuffer scratch) throws KernelReadException {
        figures.read(events.read(now, scratch), scratch);
        long kills = figures.get(0);
        if (events.generation() != generation) killsBefore = KeyedNumbers.ABSENT;
        generation = events.generation();
        if (kills < 0) return;
        long more = killsBefore == KeyedNumbers.ABSENT ? 0 : kills - killsBefore;
        killsBefore = kills;
        if (more <= 0) return;
        killed += more;
        oomKills = killed;
        listener.killed(more);
    }

    private void lookForPressure(long now, ReadBuffer scratch) {
        try {
            long stalled = stalled(pressure.read(now, scratch));
            long aSecondAgo = stalls[looks % LOOKS];
            boolean known = looks >= LOOKS;
            stalls[looks % LOOKS] = stalled;
            looks++;
            if (!known || stalled - aSecondAgo < STALL_MICROS) return;
            // At most once a second, as with a trigger.
            looks = 0;
            listener.pressureDetected();
        } catch (KernelReadException e) {
            looks = 0;
            if (reportedProblem) return;
            reportedProblem = true;
            listener.unavailable(String.valueOf(e.getMessage()));
        }
    }

    /// Returns the time in which some task waited since the cgroup was created, in microseconds.
    private long stalled(ByteBuffer text) throws KernelReadException {
        int end = text.limit();
        for (int at = 0; at + TOTAL.length < end && text.get(at) != '\n'; at++) {
            if (at == 0 && !startsWith(text, 0, SOME)) break;
            if (!startsWith(text, at, TOTAL)) continue;
            long micros = KeyedNumbers.number(text, at + TOTAL.length, end);
            if (micros >= 0) return micros;
        }
        throw new KernelReadException(pressure.path() + " has no total of some");
    }

    private static boolean startsWith(ByteBuffer text, int at, byte[] word) {
        if (at + word.length > text.limit()) return false;
        for (int i = 0; i < word.length; i++) if (text.get(at + i) != word[i]) return false;
        return true;
    }

    @Override
    public void end() {
        events.close();
        pressure.close();
    }

    @Override
    public void close() {
        ticker.stop();
    }
}
