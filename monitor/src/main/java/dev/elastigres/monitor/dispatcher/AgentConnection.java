package dev.elastigres.monitor.dispatcher;

import dev.elastigres.daemon.http.WebSocket;
import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import dev.elastigres.protocol.monitor.MessageIds;
import dev.elastigres.protocol.monitor.MonitorCodec;
import dev.elastigres.protocol.monitor.MonitorMessage;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleRequest;

/// The way to one agent that has shaken hands. Sending never waits for it.
public final class AgentConnection {
    private final long session;
    private final WebSocket socket;
    private final int version;
    // Of the runner's thread alone.
    private final MessageIds ids = MessageIds.ofMonitor();

    AgentConnection(long session, WebSocket socket, int version) {
        this.session = session;
        this.socket = socket;
        this.version = version;
    }

    /// Tells this session from all others of the process.
    public long session() {
        return session;
    }

    public String peer() {
        return socket.peer();
    }

    /// The protocol version agreed on.
    public int version() {
        return version;
    }

    public long nextId() {
        return ids.next();
    }

    /// Sends a request of the monitor's. False when the agent cannot be reached any more; its
    /// session ends by itself then.
    public boolean send(UpscaleRequest request) {
        return socket.send(MonitorCodec.encode(request, version));
    }

    /// Sends the one answer to a message of the agent's. False as with [#send].
    public boolean answer(MonitorMessage message) {
        return socket.answer(MonitorCodec.encode(message, version));
    }

    /// Begins to end the session, with a reason for the agent. Returns at once: the agent's
    /// farewell may take its time, the caller has other things to do.
    public void end(String reason) {
        Thread.ofVirtual()
                .name("farewell-" + peer())
                .start(() -> socket.close(Closed.NORMAL, reason));
    }
}
