package dev.elastigres.agent.worker;

import dev.elastigres.agent.monitor.MonitorSession;
import dev.elastigres.core.agent.Event;

/// A message to a worker: an event for its decisions or a change of its environment.
sealed interface WorkerMessage {
    record EventMessage(Event event) implements WorkerMessage {
        /// Newer ones will come.
        boolean isMetrics() {
            return event instanceof Event.MetricsRead;
        }
    }

    record SessionOpened(MonitorSession session) implements WorkerMessage {}

    record SessionClosed(MonitorSession session, String why) implements WorkerMessage {}

    /// @param why one clause; empty when all is well again
    record DependencyFailed(WorkerDependency part, String why) implements WorkerMessage {}

    /// The VM's bounds, doors, rules or size may be others now.
    record Refresh() implements WorkerMessage {}

    /// A helper of the worker has a bug.
    record HelperFailed(Throwable bug) implements WorkerMessage {}
}
