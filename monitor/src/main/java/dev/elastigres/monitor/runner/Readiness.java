package dev.elastigres.monitor.runner;

import dev.elastigres.core.monitor.Database;
import dev.elastigres.core.monitor.Usage;
import dev.elastigres.monitor.cache.CacheStatus;
import dev.elastigres.monitor.watch.Watcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whether one watched Postgres gets all that it should. It is made of snapshots, so it waits for
/// nothing.
///
/// @param database the Postgres whose cache is managed
/// @param troubles what is wrong, each a clause; empty when nothing is
public record Readiness(Database database, List<String> troubles) {
    public Readiness {
        troubles = List.copyOf(troubles);
    }

    static Readiness of(Watcher watcher, Optional<CacheStatus> cache) {
        var troubles = new ArrayList<String>();
        switch (watcher.usage()) {
            case Usage.Unsampled() -> troubles.add("memory usage was not sampled yet");
            case Usage.Unreadable(String why) -> troubles.add("memory usage is unknown: " + why);
            case Usage.Known _, Usage.Unwatched _ -> {}
        }
        watcher.totalTrouble()
                .ifPresent(why -> troubles.add("the memory's total is unknown: " + why));
        cache.flatMap(Readiness::trouble).ifPresent(troubles::add);
        return new Readiness(
                cache.map(CacheStatus::database).orElse(new Database.Unmanaged()), troubles);
    }

    private static Optional<String> trouble(CacheStatus status) {
        return switch (status.database()) {
            case Database.Unmanaged() -> Optional.empty();
            case Database.Unknown _ -> Optional.of("Postgres was not reached yet");
            case Database.Up _ ->
                    status.settings().stream().anyMatch(setting -> setting.wanted().isEmpty())
                            ? Optional.of("Postgres' cache was not set yet")
                            : Optional.empty();
            case Database.Down(String why) -> Optional.of("Postgres is down: " + why);
            case Database.Hung(String why, var _) -> Optional.of("Postgres is hung: " + why);
            case Database.Refusing(String why, var _) -> Optional.of("Postgres refuses: " + why);
        };
    }

    public boolean isReady() {
        return troubles.isEmpty();
    }
}
