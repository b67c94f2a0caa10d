package dev.elastigres.agent.history;

import dev.elastigres.agent.driver.DiscoveredVm.OomKill;
import dev.elastigres.agent.worker.VmStatus;
import dev.elastigres.core.agent.Event;
import dev.elastigres.core.agent.State;
import dev.elastigres.core.agent.Step;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogRateLimiter;
import dev.elastigres.daemon.thread.MonotonicClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Demand, sizes, events and OOM kills of all VMs over the last day, finer over the last hour, in
/// memory and, with a state folder, in a file for each VM. Thread-safe. Only [#open], [#close] and
/// the first access to a VM use the disk in the caller's thread.
///
/// Files are written once a minute, and at once after a kill. A crash of the agent loses the last
/// minute at most; a crash of the host also loses what its kernel had not written yet. A history
/// that cannot be read or written is logged and changes nothing else.
public final class FleetHistory implements AutoCloseable {
    /// Time that points and events are kept.
    public static final Duration KEPT = Duration.ofDays(1);

    private static final Duration WRITE_EVERY = Duration.ofMinutes(1);

    /// Maximum wait for the last write when the agent stops.
    private static final Duration FLUSH_TIMEOUT = Duration.ofSeconds(2);

    private final InstantSource clock;
    private final Optional<HistoryFolder> folder;
    private final Optional<LogRateLimiter> log;
    private final Map<String, VmRecord> vms = new ConcurrentHashMap<>();
    private final Optional<Thread> writer;

    // The lock guards the wish to write at once and the end.
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean urgent;
    private boolean closed;

    private FleetHistory(InstantSource clock, Optional<HistoryFolder> folder, Optional<Log> log) {
        this.clock = clock;
        this.folder = folder;
        this.log = log.map(it -> new LogRateLimiter(it, MonotonicClock::now));
        writer = folder.map(_ -> Thread.ofPlatform().name("history").daemon().start(this::run));
    }

    /// Returns a history that is kept in memory only.
    public static FleetHistory inMemory(InstantSource clock) {
        return new FleetHistory(clock, Optional.empty(), Optional.empty());
    }

    /// Returns a history with files in `folder`, which is created if needed. Files without a change
    /// for two days are deleted.
    ///
    /// @throws IOException if the folder cannot be created or written
    public static FleetHistory open(Path folder, InstantSource clock, Log log) throws IOException {
        Files.createDirectories(folder);
        if (!Files.isWritable(folder)) throw new IOException("the folder may not be written");
        var files = new HistoryFolder(folder);
        files.deleteOlderThan(clock.instant().minus(KEPT.multipliedBy(2)));
        return new FleetHistory(clock, Optional.of(files), Optional.of(log));
    }

    // ---- recording

    /// Adds a decision about a VM and the event that led to it.
    public void decided(VmStatus vm, Event event, Step step) {
        record(vm.name()).decided(clock.instant(), event, step);
    }

    /// Adds the metrics or the kill because memory ran out that an event reports.
    ///
    /// @param vm the VM after the event
    public void happened(VmStatus vm, Event event) {
        switch (event) {
            case Event.MetricsRead _ -> measured(vm);
            case Event.OutOfMemory() -> {
                Bytes memory = vm.state().current().memory();
                killed(vm.name(), new OomKill(Optional.of(memory), clock.instant()));
            }
            case Event.OomKilled(Optional<Bytes> limit, Moment at) -> {
                Duration ago = MonotonicClock.now().since(at);
                killed(vm.name(), new OomKill(limit, clock.instant().minus(ago)));
            }
            case Event.UpscaleRequested _,
                    Event.PermitReceived _,
                    Event.PermitRequestFailed _,
                    Event.ResizeEnded _,
                    Event.MonitorFound _,
                    Event.MonitorLost _,
                    Event.UpscaleConfirmed _,
                    Event.DownscaleAgreed _,
                    Event.DownscaleRefused _,
                    Event.MonitorFailed _,
                    Event.SizeObserved _,
                    Event.LimitsChanged _,
                    Event.HoldChanged _,
                    Event.TimerFired _ -> {}
        }
    }

    private void killed(String vm, OomKill kill) {
        if (!record(vm).killed(kill)) return;
        lock.lock();
        try {
            urgent = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    private void measured(VmStatus vm) {
        State state = vm.state();
        state.demand()
                .history()
                .goal()
                .ifPresent(
                        goal ->
                                record(vm.name())
                                        .measured(clock.instant(), goal.demand(), state.current()));
    }

    /// Forgets a VM that is gone, once its file is written. The file stays, for a VM of that name
    /// may come back.
    public void gone(String vm) {
        VmRecord last = vms.get(vm);
        if (last == null) return;
        if (folder.isEmpty()) vms.remove(vm);
        else last.leave();
    }

    // ---- reading

    /// Returns the last day of a VM; empty if the VM is unknown.
    public VmTimeline of(String vm) {
        VmRecord recorded = vms.get(vm);
        return recorded == null
                ? VmTimeline.EMPTY
                : recorded.timeline().since(clock.instant().minus(KEPT));
    }

    /// Returns the last OOM kills of a VM, with those that earlier agents recorded.
    public List<OomKill> kills(String vm) {
        return record(vm).kills();
    }

    private VmRecord record(String vm) {
        return vms.computeIfAbsent(vm, this::load);
    }

    private VmRecord load(String vm) {
        if (folder.isEmpty()) return VmRecord.empty();
        try {
            return VmRecord.of(folder.get().file(vm).read());
        } catch (IOException e) {
            warn("the history of a VM is lost", vm, e);
            return VmRecord.empty();
        }
    }

    // ---- writing

    private void run() {
        try {
            while (!awaitWrite()) {
                vms.forEach(this::write);
                deleteOld();
            }
        } catch (InterruptedException _) {
            // Never interrupted; a daemon thread ends with the process.
        }
        vms.forEach(this::write);
    }

    /// Waits until it is time to write. Returns whether the history was closed.
    private boolean awaitWrite() throws InterruptedException {
        lock.lock();
        try {
            long left = WRITE_EVERY.toNanos();
            while (left > 0 && !urgent && !closed) left = changed.awaitNanos(left);
            urgent = false;
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void write(String vm, VmRecord recorded) {
        if (folder.isEmpty()) return;
        boolean left = recorded.hasLeft();
        HistoryFile.HistoryContent newer = recorded.unwritten();
        try {
            if (!newer.equals(HistoryFile.HistoryContent.EMPTY)) folder.get().file(vm).write(newer);
        } catch (IOException e) {
            if (!left) recorded.restore(newer);
            warn("the history of a VM cannot be written", vm, e);
        }
        if (left && recorded.hasLeft()) vms.remove(vm, recorded);
    }

    /// Deletes the files of VMs that have been gone for two days.
    private void deleteOld() {
        if (folder.isEmpty()) return;
        try {
            folder.get().deleteOlderThan(clock.instant().minus(KEPT.multipliedBy(2)));
        } catch (IOException e) {
            String what = "old histories cannot be deleted";
            log.ifPresent(it -> it.write(what, LogLevel.WARN, what, "cause", e));
        }
    }

    private void warn(String what, String vm, IOException cause) {
        log.ifPresent(it -> it.write(what, LogLevel.WARN, what, "vm", vm, "cause", cause));
    }

    /// Writes what is not written yet and ends.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            if (writer.isPresent()) writer.get().join(FLUSH_TIMEOUT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
