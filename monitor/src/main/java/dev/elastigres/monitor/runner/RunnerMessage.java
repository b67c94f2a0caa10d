package dev.elastigres.monitor.runner;

import dev.elastigres.core.monitor.Event;
import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import dev.elastigres.monitor.dispatcher.AgentConnection;
import java.util.concurrent.CountDownLatch;

/// Messages to the runner: events for decisions, and changes of its sessions and cache.
sealed interface RunnerMessage {
    record EventMessage(Event event) implements RunnerMessage {}

    record SessionOpened(AgentConnection link) implements RunnerMessage {}

    record SessionClosed(AgentConnection link, Closed why) implements RunnerMessage {}

    /// The managed settings were determined on the server.
    record CacheIdentified(String policy, String found) implements RunnerMessage {}

    /// Further samples were taken, which may be logged.
    record SamplesTaken() implements RunnerMessage {}

    /// Checks whether the runner handles its messages.
    record Ping(CountDownLatch answered) implements RunnerMessage {}

    record Stop() implements RunnerMessage {}
}
