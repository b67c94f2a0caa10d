package dev.elastigres.monitor.watch;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Looks for itself at what [KernelMemorySignals] are told, for where the cgroup may only be
/// read: a trigger has to be written. Comes a quarter of a second later, and takes no thread of
/// its own.
public final class PolledMemorySignals implements MemorySignals, Tick {
    private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(250);

    /// As the trigger has it: tasks that waited for 150 ms of a second.
    private static final long STALL_MICROS = 150_000;

    /// How many looks there are in that second.
    private static final int LOOKS = 4;

    private static final byte[] SOME = KeyedNumbers.key("some");
    private static final byte[] TOTAL = "total=".getBytes(StandardCharsets.US_ASCII);

    private final Ticker ticker;
    private final PolledFile events;
    private final PolledFile pressure;
    private final KeyedNumberReader figures;
    private final MemorySignalListener listener;

    private volatile long oomKills;

    // Of the one thread alone.
    private final long[] stalls = new long[LOOKS];
    private int looks;
    private long killed;
    private long killsBefore = KeyedNumbers.ABSENT;
    private int generation;
    private boolean reportedProblem;

    /// @param ticker of which nobody else knows
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
        return ticker.failure().map(bug -> "hearing the kernel has failed: " + bug);
    }

    @Override
    public long tick(ReadBuffer scratch) {
        long now = System.nanoTime();
        try {
            lookForKills(now, scratch);
            lookForPressure(now, scratch);
        } catch (KernelReadException _) {
            // That the whole cgroup is gone is told by whoever samples its memory.
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
        if (kills == KeyedNumbers.ABSENT) return;
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
            // As a trigger, once a second at most.
            looks = 0;
            listener.pressed();
        } catch (KernelReadException e) {
            looks = 0;
            if (reportedProblem) return;
            reportedProblem = true;
            listener.deaf(String.valueOf(e.getMessage()));
        }
    }

    /// The microseconds in which some task waited, since the cgroup was made.
    private long stalled(ByteBuffer text) throws KernelReadException {
        int end = text.limit();
        for (int at = 0; at + TOTAL.length < end && text.get(at) != '\n'; at++) {
            if (at == 0 && !startsWith(text, 0, SOME)) break;
            if (!startsWith(text, at, TOTAL)) continue;
            long micros = KeyedNumbers.number(text, at + TOTAL.length, end);
            if (micros != KeyedNumbers.ABSENT) return micros;
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
