package dev.elastigres.monitor.dispatcher;

import dev.elastigres.daemon.http.WebSocket;
import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import dev.elastigres.protocol.monitor.MessageIds;
import dev.elastigres.protocol.monitor.MonitorCodec;
import dev.elastigres.protocol.monitor.MonitorMessage;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleRequest;

/// The connection to one agent, after its handshake. Sending never waits for the agent.
public final class AgentConnection {
    private final long session;
    private final WebSocket socket;
    private final int version;
    // Used by the runner's thread only.
    private final MessageIds ids = MessageIds.ofMonitor();

    AgentConnection(long session, WebSocket socket, int version) {
        this.session = session;
        this.socket = socket;
        this.version = version;
    }

    /// Returns the session's id, unique within the process.
    public long session() {
        return session;
    }

    /// Returns the agent's address, as `HOST:PORT`.
    public String peer() {
        return socket.peer();
    }

    /// Returns the negotiated protocol version.
    public int version() {
        return version;
    }

    /// Returns the id for the next request. For the runner's thread only.
    public long nextId() {
        return ids.next();
    }

    /// Sends a request. Returns false if the agent cannot be reached any more; its session then
    /// ends by itself.
    public boolean send(UpscaleRequest request) {
        return socket.send(MonitorCodec.encode(request, version));
    }

    /// Sends the answer to an agent's message, exactly one for each. Returns false as [#send] does.
    public boolean answer(MonitorMessage message) {
        return socket.answer(MonitorCodec.encode(message, version));
    }

    /// Sends the answer from the calling thread, which is the one that receives, if no other
    /// message is queued. Blocks only while the agent does not read. Returns false as [#send] does.
    public boolean answerDirectly(MonitorMessage message) {
        return socket.answerDirectly(MonitorCodec.encode(message, version));
    }

    /// Starts to end the session, with a reason for the agent. Returns at once, because the agent's
    /// closing handshake may take a while.
    ///
    /// @param reason sent to the agent
    public void end(String reason) {
        Thread.ofVirtual().name("close-" + peer()).start(() -> socket.close(Closed.NORMAL, reason));
    }
}
