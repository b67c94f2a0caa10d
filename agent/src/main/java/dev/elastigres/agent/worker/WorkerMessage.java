package dev.elastigres.agent.worker;

import dev.elastigres.agent.monitor.MonitorSession;
import dev.elastigres.core.agent.Event;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthDetails;

/// A message to a worker: an event for its decisions or a change of its environment.
sealed interface WorkerMessage {
    record EventMessage(Event event) implements WorkerMessage {
        /// Returns whether the event has metrics, which newer ones replace.
        boolean isMetrics() {
            return event instanceof Event.MetricsRead;
        }
    }

    record SessionOpened(MonitorSession session) implements WorkerMessage {}

    record SessionClosed(MonitorSession session, String why) implements WorkerMessage {}

    /// The state of a dependency has changed.
    ///
    /// @param part the dependency
    /// @param why the failure, one clause; empty if it works
    record DependencyFailed(WorkerDependency part, String why) implements WorkerMessage {}

    /// The monitor reported its health.
    record HealthReceived(HealthDetails health) implements WorkerMessage {}

    /// The VM's bounds, endpoints, rules or size may have changed.
    record Refresh() implements WorkerMessage {}

    /// A helper of the worker has a bug.
    record HelperFailed(Throwable bug) implements WorkerMessage {}
}
