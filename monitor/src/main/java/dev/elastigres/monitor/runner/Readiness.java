package dev.elastigres.monitor.runner;

import dev.elastigres.core.monitor.DatabaseState;
import java.util.List;

/// Whether one watched Postgres gets all that it should. It is made of snapshots, so it waits for
/// nothing.
///
/// @param database the Postgres whose cache is managed
/// @param problems what is wrong, each a clause; empty when nothing is
public record Readiness(DatabaseState database, List<String> problems) {
    public Readiness {
        problems = List.copyOf(problems);
    }

    public boolean isReady() {
        return problems.isEmpty();
    }
}
