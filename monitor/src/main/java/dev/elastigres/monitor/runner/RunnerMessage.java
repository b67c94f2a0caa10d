package dev.elastigres.monitor.runner;

import dev.elastigres.core.monitor.Event;
import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import dev.elastigres.monitor.dispatcher.AgentConnection;
import java.util.concurrent.CountDownLatch;

/// What reaches the runner: an event for its decisions, or something about its surroundings too.
sealed interface RunnerMessage {
    record EventMessage(Event event) implements RunnerMessage {}

    record SessionOpened(AgentConnection link) implements RunnerMessage {}

    record SessionClosed(AgentConnection link, Closed why) implements RunnerMessage {}

    /// It is known what of Postgres follows memory.
    record CacheIdentified(String policy, String found) implements RunnerMessage {}

    /// Some more samples were taken: maybe worth a line in the log.
    record SamplesTaken() implements RunnerMessage {}

    /// Somebody wants to know whether the runner gets to its mail.
    record Ping(CountDownLatch answered) implements RunnerMessage {}

    record Stop() implements RunnerMessage {}
}
