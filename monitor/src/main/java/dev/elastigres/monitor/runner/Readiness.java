package dev.elastigres.monitor.runner;

import dev.elastigres.core.monitor.DatabaseState;
import java.util.List;

/// Readiness of one watched Postgres. Made from snapshots, without waiting.
///
/// @param database state of the Postgres whose cache is managed
/// @param problems what is wrong, each a clause; empty if nothing is
public record Readiness(DatabaseState database, List<String> problems) {
    public Readiness {
        problems = List.copyOf(problems);
    }

    public boolean isReady() {
        return problems.isEmpty();
    }
}
