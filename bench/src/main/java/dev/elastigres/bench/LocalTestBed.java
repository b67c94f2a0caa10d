package dev.elastigres.bench;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.bench.measure.FakeMachine;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.harness.HarnessException;
import dev.elastigres.harness.MonitorPages;
import dev.elastigres.harness.MonitorProcess;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// A [MemoryTestBed] on this host. This process allocates real memory, and writes its usage into a
/// fake cgroup that the monitors watch. The usage before the bursts is fake.
final class LocalTestBed implements MemoryTestBed {
    private static final Duration READY_TIMEOUT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final Bytes MAX_AT_ONCE = Bytes.ofMebibytes(8);
    private static final long PAGE = 4096;

    private final FakeMachine machine;
    private final List<SamplingRule> rules;
    private final Map<SamplingRule, MonitorProcess> monitors = new EnumMap<>(SamplingRule.class);
    private final List<RequestListener> listeners = new ArrayList<>();
    private final Deque<Arena> taken = new ArrayDeque<>();
    private Bytes kept;
    private Bytes used;

    private LocalTestBed(FakeMachine machine, List<SamplingRule> rules) {
        this.machine = machine;
        this.rules = rules;
        kept = FakeMachine.IDLE;
        used = FakeMachine.IDLE;
    }

    /// @param memory of the fake machine
    static LocalTestBed start(Bytes memory, List<SamplingRule> rules)
            throws HarnessException, InterruptedException {
        var bed = new LocalTestBed(FakeMachine.create(memory, FakeMachine.IDLE), rules);
        try {
            for (SamplingRule rule : rules) bed.startMonitor(rule);
            return bed;
        } catch (MonitorConnectionException e) {
            bed.close();
            throw new HarnessException("the monitor cannot be measured", e);
        } catch (InterruptedException e) {
            bed.close();
            throw e;
        }
    }

    private void startMonitor(SamplingRule rule)
            throws MonitorConnectionException, InterruptedException {
        var flags = new ArrayList<>(machine.flags());
        flags.addAll(List.of("--sampling", rule.title(), "--cache", "none"));
        var monitor = MonitorProcess.start(machine.log(rule.title()), flags, Map.of());
        monitors.put(rule, monitor);
        try (var pages = new MonitorPages(monitor.address())) {
            pages.awaitReady(READY_TIMEOUT);
        }
    }

    @Override
    public List<SamplingRule> rules() {
        return rules;
    }

    @Override
    public HostPort monitor(SamplingRule rule) {
        return process(rule).address();
    }

    private MonitorProcess process(SamplingRule rule) {
        MonitorProcess monitor = monitors.get(rule);
        if (monitor == null) throw new IllegalArgumentException("not measured: " + rule);
        return monitor;
    }

    @Override
    public Bytes usage() {
        return used;
    }

    @Override
    public BurstTimings grow(BurstRate rate, Bytes amount, Bytes mark) throws HarnessException {
        Bytes before = used;
        Arena arena = Arena.ofShared();
        taken.push(arena);
        long done = 0;
        long crossed = 0;
        long begin = System.nanoTime();
        long now = begin;
        while (done < amount.value()) {
            long part = Math.min(due(rate, amount, now - begin) - done, MAX_AT_ONCE.value());
            if (part < PAGE && done + part < amount.value()) {
                LockSupport.parkNanos(PAUSE.toNanos());
                now = System.nanoTime();
                continue;
            }
            // The arena fills the memory with zeros before it returns, so all pages are present.
            arena.allocate(part);
            // A step is reported at once, when all of it is present.
            done += part;
            if (rate.isUnlimited() && done < amount.value()) continue;
            used = before.plus(Bytes.of(done));
            machine.use(used);
            now = System.nanoTime();
            if (crossed == 0 && done >= mark.value()) crossed = now;
        }
        return new BurstTimings(begin, crossed, now);
    }

    /// Returns how much memory must be allocated by then.
    private static long due(BurstRate rate, Bytes amount, long nanos) {
        if (rate.isUnlimited()) return amount.value();
        return rate.within(Duration.ofNanos(nanos)).min(amount).value();
    }

    @Override
    public void drop() throws HarnessException {
        while (!taken.isEmpty()) taken.pop().close();
        used = kept;
        machine.use(used);
    }

    /// Only reports the level, because the host may have less memory than the fake machine.
    @Override
    public void rest(Bytes level) throws HarnessException {
        kept = level.max(FakeMachine.IDLE);
        drop();
    }

    @Override
    public void openSessions() throws HarnessException, InterruptedException {
        listeners.clear();
        try {
            for (SamplingRule rule : rules)
                listeners.add(RequestListener.open(rule, monitor(rule)));
        } catch (MonitorConnectionException e) {
            throw new HarnessException("no session with the monitor", e);
        }
    }

    @Override
    public void closeSessions() throws HarnessException, InterruptedException {
        for (RequestListener listener : listeners) listener.close();
    }

    @Override
    public List<ReceivedRequest> requests() throws HarnessException {
        var all = new ArrayList<ReceivedRequest>();
        for (RequestListener listener : listeners) all.addAll(listener.requests());
        return all;
    }

    @Override
    public Duration cpu(SamplingRule rule) throws HarnessException {
        MonitorProcess monitor = process(rule);
        Path stat = Path.of("/proc", Long.toString(monitor.pid()), "stat");
        try {
            return ProcessStat.cpu(Files.readString(stat));
        } catch (IOException e) {
            throw new HarnessException("the monitor is gone: " + monitor.lastLine(), e);
        }
    }

    @Override
    public void close() throws HarnessException {
        listeners.forEach(RequestListener::close);
        monitors.values().forEach(MonitorProcess::close);
        while (!taken.isEmpty()) taken.pop().close();
        machine.close();
    }
}
