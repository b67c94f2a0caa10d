package dev.elastigres.monitor;

import dev.elastigres.core.monitor.CpuReading;
import dev.elastigres.core.monitor.DatabaseState;
import dev.elastigres.core.monitor.Shortage;
import dev.elastigres.core.monitor.State;
import dev.elastigres.core.monitor.Usage;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.monitor.cache.CachePolicy;
import dev.elastigres.monitor.cache.CacheStatistics;
import dev.elastigres.monitor.cache.CacheStatus;
import dev.elastigres.monitor.cache.FileCache;
import dev.elastigres.monitor.dispatcher.Dispatcher;
import dev.elastigres.monitor.metrics.MonitorMeters;
import dev.elastigres.monitor.runner.Readiness;
import dev.elastigres.monitor.runner.ReadinessChecks;
import dev.elastigres.monitor.runner.Runner;
import dev.elastigres.monitor.runner.RunnerInbox;
import dev.elastigres.monitor.runner.RunnerStatus;
import dev.elastigres.monitor.watch.CpuCountSource;
import dev.elastigres.monitor.watch.CpuWatcher;
import dev.elastigres.monitor.watch.KernelReadException;
import dev.elastigres.monitor.watch.MemorySignals;
import dev.elastigres.monitor.watch.MemorySourceSelection;
import dev.elastigres.monitor.watch.MemoryWatcher;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;

/// One watched Postgres: its memory watcher, file cache, runner and agent sessions. It shares no
/// state with another Postgres.
final class WatchedPostgres implements AutoCloseable {
    private final String source;
    private final MonitorMeters meters = new MonitorMeters();
    private final RunnerInbox inbox = new RunnerInbox(meters);
    private final MemoryWatcher watcher;
    private final Optional<MemorySignals> signals;
    private final Optional<CpuWatcher> cpuWatcher;
    private final Optional<FileCache> cache;
    /// Connection for statistics only, if no cache is managed.
    private final Optional<FileCache> statisticsReader;
    private final ReadinessChecks checks;
    private final Runner runner;
    private final Thread loop;
    private final PostgresEnvironment environment;
    private final Dispatcher dispatcher;

    /// Starts to watch. Makes no decision and does not connect to Postgres before [#begin]; agents
    /// that connect earlier are accepted and wait.
    ///
    /// @throws KernelReadException if the total memory cannot be read, without which no decision
    ///     can be made
    static WatchedPostgres start(MonitorConfig config, PostgresEnvironment environment, Log log)
            throws KernelReadException {
        return new WatchedPostgres(config, environment, log);
    }

    private WatchedPostgres(MonitorConfig config, PostgresEnvironment environment, Log log)
            throws KernelReadException {
        this.environment = environment;
        MemorySourceSelection choice = environment.choice();
        source = choice.source().map(it -> it.description()).orElse("nothing");
        choice.warning().ifPresent(log::warn);

        Bytes observed = environment.observed();
        watcher =
                new MemoryWatcher(
                        choice.source(),
                        environment.total(),
                        observed,
                        config.watch(),
                        environment.scheduler(),
                        inbox);
        cache =
                config.managed()
                        .map(
                                target ->
                                        new FileCache(
                                                target,
                                                config.cachePolicy(),
                                                config.cache(),
                                                inbox::cacheReported));
        statisticsReader =
                config.postgres()
                        .filter(_ -> cache.isEmpty() && config.cache().statistics())
                        .map(
                                target ->
                                        new FileCache(
                                                target,
                                                new CachePolicy.None(),
                                                config.cache(),
                                                _ -> {}));
        DatabaseState database =
                cache.map(it -> it.status().database()).orElse(new DatabaseState.Unmanaged());
        var state = State.begin(observed, database, config.runner().rules());
        CpuCountSource cpus = environment.cpus();
        Duration staleAfter = config.runner().rules().memory().staleAfter();
        checks = new ReadinessChecks(watcher, staleAfter, () -> cache.map(FileCache::status));
        runner =
                new Runner(
                        config.runner(), state, inbox, watcher, cpus, cache, checks, meters, log);
        dispatcher = new Dispatcher(inbox, runner, meters, log);
        watcher.start();
        signals = environment.signals(new SignalListener(watcher, inbox, environment, log));
        signals.ifPresent(MemorySignals::start);
        cpuWatcher = environment.cpuWatcher(new CpuListener(inbox, environment, log));
        cpuWatcher.ifPresent(CpuWatcher::start);
        checks.add(() -> signals.flatMap(MemorySignals::problem).stream());
        checks.add(() -> cpuWatcher.flatMap(CpuWatcher::problem).stream());
        checks.add(environment::silentFiles);
        checks.add(() -> ThreadFailures.problems().stream());
        loop = Thread.ofVirtual().name("runner").unstarted(() -> run(log));
        checks.add(() -> hasEnded() ? Stream.of("the runner has ended") : Stream.empty());
    }

    private record CpuListener(RunnerInbox inbox, PostgresEnvironment environment, Log log)
            implements CpuWatcher.CpuReadingListener {
        @Override
        public void read(CpuReading reading) {
            inbox.cpusRead(reading);
        }

        @Override
        public void unavailable(String why) {
            environment.missing(
                    log,
                    "the kernel does not report CPU pressure, no CPUs will be requested",
                    "reason",
                    why);
        }

        @Override
        public void failed(Throwable bug) {
            log.error("the watcher of CPUs failed", "error", bug);
        }
    }

    /// Passes the kernel's signals to the watcher and the runner.
    private record SignalListener(
            MemoryWatcher watcher, RunnerInbox inbox, PostgresEnvironment environment, Log log)
            implements MemorySignals.MemorySignalListener {
        @Override
        public void pressureDetected() {
            watcher.nudge();
            inbox.shortageReported(Shortage.PRESSURE);
        }

        @Override
        public void killed(long more) {
            watcher.nudge();
            inbox.shortageReported(Shortage.OOM_KILL);
            log.warn("the OOM killer ended processes", "count", more);
        }

        @Override
        public void moved() {
            watcher.nudge();
        }

        @Override
        public void unavailable(String why) {
            environment.missing(
                    log, "the kernel's memory pressure is not available", "reason", why);
        }

        @Override
        public void failed(Throwable bug) {
            log.error("the watcher of memory pressure failed", "error", bug);
        }
    }

    private void run(Log log) {
        try {
            runner.run();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            log.error("the runner failed", "error", e);
        }
    }

    /// Starts to make decisions, and connects to Postgres if its cache is managed or its statistics
    /// are collected.
    void begin() {
        loop.start();
        cache.or(() -> statisticsReader).ifPresent(FileCache::start);
    }

    Dispatcher dispatcher() {
        return dispatcher;
    }

    /// Returns a readable description of the source of memory usage.
    String source() {
        return source;
    }

    RunnerStatus report() {
        return runner.report();
    }

    Usage usage() {
        return watcher.usage();
    }

    /// Returns the number of processes that the kernel's OOM killer ended since the start, or 0 if
    /// the kernel's signals are not used.
    long oomKills() {
        return signals.map(MemorySignals::oomKills).orElse(0L);
    }

    Optional<CacheStatus> cacheStatus() {
        return cache.map(FileCache::status);
    }

    MonitorMeters meters() {
        return meters;
    }

    Optional<CacheStatistics> cacheStatistics() {
        return cache.or(() -> statisticsReader).flatMap(FileCache::statistics);
    }

    Readiness readiness() {
        return checks.now();
    }

    private boolean hasEnded() {
        return loop.getState() == Thread.State.TERMINATED;
    }

    boolean isAlive() {
        return !hasEnded() && watcher.isAlive();
    }

    /// Returns whether all parts run and the runner handles a message within `timeout`.
    boolean isHealthy(Duration timeout) throws InterruptedException {
        return isAlive() && inbox.isReadWithin(timeout);
    }

    /// Waits until the runner has ended, for whichever reason.
    void join() throws InterruptedException {
        loop.join();
    }

    /// Stops all parts. A running statement may finish first, so that Postgres' settings stay
    /// valid.
    @Override
    public void close() {
        try {
            // A runner that has failed, or has not begun, takes no message.
            if (loop.isAlive()) runner.stop();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        signals.ifPresent(MemorySignals::close);
        cpuWatcher.ifPresent(CpuWatcher::close);
        watcher.close();
        cache.ifPresent(FileCache::close);
        statisticsReader.ifPresent(FileCache::close);
        environment.close();
    }
}
