package dev.elastigres.monitor.runner;

import dev.elastigres.core.monitor.Database;
import java.util.List;

/// Whether one watched Postgres gets all that it should. It is made of snapshots, so it waits for
/// nothing.
///
/// @param database the Postgres whose cache is managed
/// @param troubles what is wrong, each a clause; empty when nothing is
public record Readiness(Database database, List<String> troubles) {
    public Readiness {
        troubles = List.copyOf(troubles);
    }

    public boolean isReady() {
        return troubles.isEmpty();
    }
}
