package dev.elastigres.agent.worker;

import dev.elastigres.agent.monitor.MonitorSession;
import dev.elastigres.core.agent.Event;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthDetails;

/// Forwards the events of monitor sessions to the worker.
record MonitorListener(WorkerInbox inbox) implements MonitorSession.SessionListener {
    @Override
    public void opened(MonitorSession session) throws InterruptedException {
        inbox.put(new WorkerMessage.SessionOpened(session));
    }

    @Override
    public void happened(Event event) throws InterruptedException {
        inbox.put(new WorkerMessage.EventMessage(event));
    }

    @Override
    public void health(HealthDetails health) throws InterruptedException {
        inbox.put(new WorkerMessage.HealthReceived(health));
    }

    @Override
    public void ended(MonitorSession session, String why) throws InterruptedException {
        inbox.put(new WorkerMessage.SessionClosed(session, why));
    }

    @Override
    public void unused() throws InterruptedException {
        inbox.put(new WorkerMessage.DependencyFailed(WorkerDependency.MONITOR, ""));
    }

    @Override
    public void failed(String why) throws InterruptedException {
        inbox.put(new WorkerMessage.DependencyFailed(WorkerDependency.MONITOR, why));
    }
}
