package dev.elastigres.monitor.runner;

import dev.elastigres.core.monitor.Event;
import dev.elastigres.daemon.http.Incoming.Closed;
import dev.elastigres.monitor.dispatcher.AgentLink;
import java.util.concurrent.CountDownLatch;

/// What reaches the runner: an event for its decisions, or something about its surroundings too.
sealed interface Mail {
    record Happened(Event event) implements Mail {}

    record Opened(AgentLink link) implements Mail {}

    record Ended(AgentLink link, Closed why) implements Mail {}

    /// It is known what of Postgres follows memory.
    record Identified(String policy, String found) implements Mail {}

    /// Some more samples were taken: maybe worth a line in the log.
    record Sampled() implements Mail {}

    /// Somebody wants to know whether the runner gets to its mail.
    record Asked(CountDownLatch answered) implements Mail {}

    record Stop() implements Mail {}
}
