package dev.elastigres.agent.worker;

import dev.elastigres.agent.monitor.MonitorSession;
import dev.elastigres.core.agent.Event;

/// What reaches a worker: an event for its decisions, or something about its surroundings too.
sealed interface Mail {
    record Happened(Event event) implements Mail {
        /// Newer ones will come.
        boolean isMetrics() {
            return event instanceof Event.MetricsRead;
        }
    }

    record Opened(MonitorSession session) implements Mail {}

    record Ended(MonitorSession session, String why) implements Mail {}

    /// @param why one clause; empty when all is well again
    record Trouble(Part part, String why) implements Mail {}

    /// The VM's bounds, doors, rules or size may be others now.
    record Changed() implements Mail {}

    /// A helper of the worker has a bug.
    record Broken(Throwable bug) implements Mail {}
}
