package dev.elastigres.monitor.runner;

import dev.elastigres.core.monitor.DatabaseState;
import dev.elastigres.core.monitor.MachineMemory;
import dev.elastigres.core.monitor.Usage;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.monitor.cache.CacheStatus;
import dev.elastigres.monitor.watch.MemoryWatcher;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The readiness checks of one watched Postgres. `/readyz`, the gauge and health checks use the
/// same result. Made from snapshots, without waiting.
public final class ReadinessChecks {
    private final MemoryWatcher watcher;
    private final Duration staleAfter;
    private final Supplier<Optional<CacheStatus>> cache;
    private final List<Supplier<Stream<String>>> others = new CopyOnWriteArrayList<>();

    /// Creates the checks of memory and cache.
    ///
    /// @param watcher watches the memory
    /// @param staleAfter the age from which a memory sample is invalid
    /// @param cache supplies the cache's status; empty if no cache is managed
    public ReadinessChecks(
            MemoryWatcher watcher, Duration staleAfter, Supplier<Optional<CacheStatus>> cache) {
        this.watcher = watcher;
        this.staleAfter = staleAfter;
        this.cache = cache;
    }

    /// Adds a check.
    ///
    /// @param problems supplies what is wrong, each a clause; called by any thread
    public void add(Supplier<Stream<String>> problems) {
        others.add(problems);
    }

    /// Returns the current readiness. Any thread may call it.
    public Readiness now() {
        var problems = new ArrayList<String>();
        usage(watcher.usage()).ifPresent(problems::add);
        if (watcher.machine() instanceof MachineMemory.Unreadable(String why))
            problems.add("the memory's total is unknown: " + why);
        if (!watcher.isAlive()) problems.add("memory is not watched any more");
        others.forEach(check -> check.get().forEach(problems::add));
        Optional<CacheStatus> status = cache.get();
        status.flatMap(ReadinessChecks::problem).ifPresent(problems::add);
        return new Readiness(
                status.map(CacheStatus::database).orElse(new DatabaseState.Unmanaged()), problems);
    }

    private Optional<String> usage(Usage usage) {
        return switch (usage) {
            case Usage.Unsampled() -> Optional.of("memory usage was not sampled yet");
            case Usage.Unreadable(String why) -> Optional.of("memory usage is unknown: " + why);
            case Usage.Known known -> stale(MonotonicClock.now().since(known.at()));
            case Usage.NotMonitored _ -> Optional.empty();
        };
    }

    private Optional<String> stale(Duration age) {
        return age.compareTo(staleAfter) > 0
                ? Optional.of("the last memory sample is " + age.toSeconds() + " s old")
                : Optional.empty();
    }

    private static Optional<String> problem(CacheStatus status) {
        return switch (status.database()) {
            case DatabaseState.Unmanaged() -> Optional.empty();
            case DatabaseState.Unknown _ -> Optional.of("Postgres was not reached yet");
            case DatabaseState.Up _ ->
                    status.settings().stream().anyMatch(setting -> setting.wanted().isEmpty())
                            ? Optional.of("Postgres' cache was not set yet")
                            : Optional.empty();
            case DatabaseState.Down(String why) -> Optional.of("Postgres is down: " + why);
            case DatabaseState.Hung(String why, var _) -> Optional.of("Postgres is hung: " + why);
            case DatabaseState.Refusing(String why, var _) ->
                    Optional.of("Postgres refuses: " + why);
        };
    }
}
