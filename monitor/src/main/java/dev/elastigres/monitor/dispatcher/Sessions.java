package dev.elastigres.monitor.dispatcher;

import dev.elastigres.core.monitor.Event;
import dev.elastigres.daemon.http.Incoming.Closed;

/// Who owns the sessions that the dispatcher opens.
public interface Sessions {

    /// An agent finished its handshake. May wait; the agent waits with it.
    void opened(AgentLink link) throws InterruptedException;

    /// What an agent's message means. May wait, which slows down an agent that floods.
    void received(Event event) throws InterruptedException;

    void ended(AgentLink link, Closed why) throws InterruptedException;
}
