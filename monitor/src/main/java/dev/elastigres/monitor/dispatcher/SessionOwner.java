package dev.elastigres.monitor.dispatcher;

import dev.elastigres.core.monitor.Event;
import dev.elastigres.daemon.http.WebSocketMessage.Closed;

/// Receives the sessions that the dispatcher opens, and their messages.
public interface SessionOwner {

    /// Called after an agent's handshake. May block, which delays the agent.
    void opened(AgentConnection link) throws InterruptedException;

    /// Called with the event of an agent's message. May block, which slows down an agent that
    /// floods.
    void received(Event event) throws InterruptedException;

    /// Called when the session has ended.
    void ended(AgentConnection link, Closed why) throws InterruptedException;
}
