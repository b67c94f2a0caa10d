package dev.elastigres.bench;

import dev.elastigres.agent.monitor.LinkException;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.harness.BenchException;
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

/// A [Bed] on this host: this process takes real memory, and writes what it has into a made-up
/// cgroup that the monitors watch. What lies there to begin with is made up.
final class LocalBed implements Bed {
    private static final Duration READY_LIMIT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(1);
    private static final Bytes MOST_AT_ONCE = Bytes.ofMebibytes(8);
    private static final long PAGE = 4096;

    private final FakeMachine machine;
    private final List<Rule> rules;
    private final Map<Rule, MonitorProcess> monitors = new EnumMap<>(Rule.class);
    private final List<Ear> ears = new ArrayList<>();
    private final Deque<Arena> taken = new ArrayDeque<>();
    private Bytes kept;
    private Bytes used;

    private LocalBed(FakeMachine machine, List<Rule> rules) {
        this.machine = machine;
        this.rules = rules;
        kept = FakeMachine.IDLE;
        used = FakeMachine.IDLE;
    }

    /// @param memory of the made-up machine
    static LocalBed start(Bytes memory, List<Rule> rules)
            throws BenchException, InterruptedException {
        var bed = new LocalBed(FakeMachine.create(memory), rules);
        try {
            for (Rule rule : rules) bed.startMonitor(rule);
            return bed;
        } catch (LinkException e) {
            bed.close();
            throw new BenchException("the monitor cannot be measured", e);
        } catch (InterruptedException e) {
            bed.close();
            throw e;
        }
    }

    private void startMonitor(Rule rule) throws LinkException, InterruptedException {
        var flags = new ArrayList<>(machine.flags());
        flags.addAll(List.of("--sampling", rule.title(), "--cache", "none"));
        var monitor = MonitorProcess.start(machine.log(rule.title()), flags, Map.of());
        monitors.put(rule, monitor);
        try (var pages = new MonitorPages(monitor.address())) {
            pages.awaitReady(READY_LIMIT);
        }
    }

    @Override
    public List<Rule> rules() {
        return rules;
    }

    @Override
    public HostPort monitor(Rule rule) {
        return process(rule).address();
    }

    private MonitorProcess process(Rule rule) {
        MonitorProcess monitor = monitors.get(rule);
        if (monitor == null) throw new IllegalArgumentException("not measured: " + rule);
        return monitor;
    }

    @Override
    public Bytes usage() {
        return used;
    }

    @Override
    public Growth grow(Rate rate, Bytes amount, Bytes mark) throws BenchException {
        Bytes before = used;
        Arena arena = Arena.ofShared();
        taken.push(arena);
        long done = 0;
        long crossed = 0;
        long begin = System.nanoTime();
        long now = begin;
        while (done < amount.value()) {
            long part = Math.min(due(rate, amount, now - begin) - done, MOST_AT_ONCE.value());
            if (part < PAGE && done + part < amount.value()) {
                LockSupport.parkNanos(PAUSE.toNanos());
                now = System.nanoTime();
                continue;
            }
            // It is all written, with zeros, before this returns.
            arena.allocate(part);
            // A step is told at once, when all of it is there.
            done += part;
            if (rate.isUnlimited() && done < amount.value()) continue;
            used = before.plus(Bytes.of(done));
            machine.use(used);
            now = System.nanoTime();
            if (crossed == 0 && done >= mark.value()) crossed = now;
        }
        return new Growth(begin, crossed, now);
    }

    /// How much there is to be by then.
    private static long due(Rate rate, Bytes amount, long nanos) {
        if (rate.isUnlimited()) return amount.value();
        return rate.within(Duration.ofNanos(nanos)).min(amount).value();
    }

    @Override
    public void drop() throws BenchException {
        while (!taken.isEmpty()) taken.pop().close();
        used = kept;
        machine.use(used);
    }

    /// That it is there is only said: no host has to have as much memory as the made-up machine.
    @Override
    public void rest(Bytes level) throws BenchException {
        kept = level.max(FakeMachine.IDLE);
        drop();
    }

    @Override
    public void listen() throws BenchException, InterruptedException {
        ears.clear();
        try {
            for (Rule rule : rules) ears.add(Ear.open(rule, monitor(rule)));
        } catch (LinkException e) {
            throw new BenchException("no session with the monitor", e);
        }
    }

    @Override
    public void hangUp() throws BenchException, InterruptedException {
        for (Ear ear : ears) ear.close();
    }

    @Override
    public List<Request> heard() throws BenchException {
        var all = new ArrayList<Request>();
        for (Ear ear : ears) all.addAll(ear.heard());
        return all;
    }

    @Override
    public Duration cpu(Rule rule) throws BenchException {
        MonitorProcess monitor = process(rule);
        Path stat = Path.of("/proc", Long.toString(monitor.pid()), "stat");
        try {
            return ProcessStat.cpu(Files.readString(stat));
        } catch (IOException e) {
            throw new BenchException("the monitor is gone: " + monitor.lastLine(), e);
        }
    }

    @Override
    public void close() throws BenchException {
        ears.forEach(Ear::close);
        monitors.values().forEach(MonitorProcess::close);
        while (!taken.isEmpty()) taken.pop().close();
        machine.close();
    }
}
