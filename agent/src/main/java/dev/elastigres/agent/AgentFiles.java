package dev.elastigres.agent;

import dev.elastigres.agent.billing.EventsFile;
import dev.elastigres.agent.history.FleetHistory;
import dev.elastigres.agent.hold.HoldStore;
import dev.elastigres.daemon.guard.BearerToken;
import dev.elastigres.daemon.guard.CredentialException;
import dev.elastigres.daemon.guard.LoggingGuardListener;
import dev.elastigres.daemon.log.Log;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;

/// Opens the files that the agent's settings name.
final class AgentFiles {
    private AgentFiles() {}

    /// Returns the file for scaling events; empty if none is configured.
    static Optional<EventsFile> events(AgentConfig config, Log log) throws AgentStartException {
        if (config.events().isEmpty()) return Optional.empty();
        String where = config.events().get();
        try {
            return Optional.of(EventsFile.open(where, log));
        } catch (IOException | InvalidPathException e) {
            throw new AgentStartException("cannot write scaling events to " + where, e);
        }
    }

    /// Returns the history. One that cannot be written is no reason not to scale.
    static FleetHistory history(AgentConfig config, Log log) {
        Optional<Path> folder = config.stateDir();
        if (folder.isEmpty()) return FleetHistory.inMemory(InstantSource.system());
        try {
            return FleetHistory.open(folder.get(), InstantSource.system(), log);
        } catch (IOException e) {
            log.warn("the history is kept in memory only", "folder", folder.get(), "cause", e);
            return FleetHistory.inMemory(InstantSource.system());
        }
    }

    /// Returns the holds of operators.
    static HoldStore holds(AgentConfig config, Log log) {
        InstantSource clock = InstantSource.system();
        return config.stateDir()
                .map(it -> HoldStore.open(it, clock, log))
                .orElseGet(() -> HoldStore.inMemory(clock, log));
    }

    /// Returns the token of operators; empty if none is configured.
    static Optional<BearerToken> token(AgentConfig config, Log log) throws AgentStartException {
        if (config.actionsToken().isEmpty()) return Optional.empty();
        try {
            return Optional.of(
                    BearerToken.in(config.actionsToken().get(), new LoggingGuardListener(log)));
        } catch (CredentialException e) {
            throw new AgentStartException("cannot use the token of operators", e);
        }
    }
}
