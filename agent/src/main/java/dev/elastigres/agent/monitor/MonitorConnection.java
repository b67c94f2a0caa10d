package dev.elastigres.agent.monitor;

import dev.elastigres.agent.monitor.TextWebSocket.SocketInput;
import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.protocol.monitor.AgentCodec;
import dev.elastigres.protocol.monitor.AgentMessage;
import dev.elastigres.protocol.monitor.Decoded;
import dev.elastigres.protocol.monitor.Handshake;
import dev.elastigres.protocol.monitor.MessageIds;
import dev.elastigres.protocol.monitor.MonitorCodec;
import dev.elastigres.protocol.monitor.MonitorMessage;
import dev.elastigres.protocol.monitor.VersionRange;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// An agent's session with a monitor after the handshake. One thread owns it.
public final class MonitorConnection implements AutoCloseable {
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(4);

    private final TextWebSocket socket;
    private final int version;
    private final MessageIds ids = MessageIds.ofAgent();

    private MonitorConnection(TextWebSocket socket, int version) {
        this.socket = socket;
        this.version = version;
    }

    /// @param at time of receipt
    public record ReceivedMessage(MonitorMessage message, Moment at) {}

    /// @param at time of receipt
    record ReceivedText(Decoded<MonitorMessage> message, Moment at) {}

    public static MonitorConnection open(HostPort monitor)
            throws MonitorConnectionException, InterruptedException {
        return handshake(TextWebSocket.connect(agentEndpoint(monitor)), HANDSHAKE_TIMEOUT);
    }

    /// @param client shared with others; not closed
    /// @param timeout for the connection and its handshake
    public static MonitorConnection open(HttpClient client, URI monitor, Duration timeout)
            throws MonitorConnectionException, InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        TextWebSocket socket = TextWebSocket.connect(client, monitor, timeout);
        return handshake(socket, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }

    /// Returns the address of a monitor's agent endpoint.
    public static URI agentEndpoint(HostPort monitor) {
        return URI.create("ws://" + monitor + "/monitor");
    }

    private static MonitorConnection handshake(TextWebSocket socket, Duration timeout)
            throws MonitorConnectionException, InterruptedException {
        try {
            socket.send(Handshake.encode(VersionRange.OURS));
            return new MonitorConnection(socket, version(socket.receive(timeout)));
        } catch (MonitorConnectionException | InterruptedException e) {
            socket.close();
            throw e;
        }
    }

    private static int version(@Nullable SocketInput answer) throws MonitorConnectionException {
        return switch (answer) {
            case null -> throw new MonitorConnectionException("no answer to the handshake in time");
            case SocketInput.Closed(String why) ->
                    throw new MonitorConnectionException("the monitor ended the handshake: " + why);
            case SocketInput.Text(String text, long _) ->
                    switch (Handshake.decodeReply(text, VersionRange.OURS)) {
                        case Handshake.HandshakeReply.Agreed(int version) -> version;
                        case Handshake.HandshakeReply.Failed(String error) ->
                                throw new MonitorConnectionException(
                                        "the handshake failed: " + error);
                    };
        };
    }

    /// Returns the negotiated protocol version.
    public int version() {
        return version;
    }

    /// Returns the id for the next message.
    public long nextId() {
        return ids.next();
    }

    public void send(AgentMessage message) throws MonitorConnectionException, InterruptedException {
        socket.send(AgentCodec.encode(message));
    }

    /// Returns the next message, or null if none arrived within `timeout`.
    ///
    /// @throws MonitorConnectionException if the session has ended or the message is invalid
    public @Nullable ReceivedMessage receive(Duration timeout)
            throws MonitorConnectionException, InterruptedException {
        return switch (receiveText(timeout)) {
            case null -> null;
            case ReceivedText(Decoded.Message<MonitorMessage>(MonitorMessage message), Moment at) ->
                    new ReceivedMessage(message, at);
            case ReceivedText(Decoded.Unreadable<MonitorMessage>(long _, String why), Moment _) ->
                    throw new MonitorConnectionException(
                            "a message of the monitor cannot be read: " + why);
        };
    }

    /// Returns the next text as [#receive] does, but an invalid message is a value, so that it can
    /// be answered. Also returns null after [#wake].
    ///
    /// @throws MonitorConnectionException if the session has ended
    @Nullable ReceivedText receiveText(Duration timeout)
            throws MonitorConnectionException, InterruptedException {
        return switch (socket.receive(timeout)) {
            case null -> null;
            case SocketInput.Closed(String why) ->
                    throw new MonitorConnectionException(
                            "the session with the monitor ended: " + why);
            case SocketInput.Text(String text, long nanoTime) ->
                    new ReceivedText(MonitorCodec.decode(text, version), new Moment(nanoTime));
        };
    }

    /// Makes the receiving thread return at once. Thread-safe.
    void wake() {
        socket.wake();
    }

    /// Ends the session for the receiving thread without a close message. Thread-safe.
    void abort(String why) {
        socket.abort(why);
    }

    @Override
    public void close() {
        socket.close();
    }
}
