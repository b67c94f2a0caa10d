package dev.elastigres.monitor.dispatcher;

import dev.elastigres.core.monitor.Event;
import dev.elastigres.daemon.http.WebSocketMessage.Closed;

/// Who owns the sessions that the dispatcher opens.
public interface SessionOwner {

    /// An agent finished its handshake. May wait; the agent waits with it.
    void opened(AgentConnection link) throws InterruptedException;

    /// What an agent's message means. May wait, which slows down an agent that floods.
    void received(Event event) throws InterruptedException;

    void ended(AgentConnection link, Closed why) throws InterruptedException;
}
