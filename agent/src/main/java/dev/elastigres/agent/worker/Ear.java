package dev.elastigres.agent.worker;

import dev.elastigres.agent.monitor.MonitorSession;
import dev.elastigres.core.agent.Event;
import dev.elastigres.protocol.monitor.MonitorMessage.Health;

/// Brings what is heard of a monitor to the worker.
record Ear(Inbox inbox) implements MonitorSession.Hearing {
    @Override
    public void opened(MonitorSession session) throws InterruptedException {
        inbox.put(new Mail.Opened(session));
    }

    @Override
    public void happened(Event event) throws InterruptedException {
        inbox.put(new Mail.Happened(event));
    }

    @Override
    public void health(Health health) throws InterruptedException {
        inbox.put(new Mail.Trouble(Part.READINESS, String.join("; ", health.troubles())));
    }

    @Override
    public void ended(MonitorSession session, String why) throws InterruptedException {
        inbox.put(new Mail.Ended(session, why));
    }

    @Override
    public void unused() throws InterruptedException {
        inbox.put(new Mail.Trouble(Part.MONITOR, ""));
    }

    @Override
    public void failed(String why) throws InterruptedException {
        inbox.put(new Mail.Trouble(Part.MONITOR, why));
    }
}
