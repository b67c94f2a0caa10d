package dev.elastigres.agent.monitor;

import dev.elastigres.agent.monitor.TextSocket.Arrival;
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

/// An agent's session with a monitor, from the finished handshake on. One thread owns it.
public final class MonitorLink implements AutoCloseable {
    private static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(4);

    private final TextSocket socket;
    private final int version;
    private final MessageIds ids = MessageIds.ofAgent();

    private MonitorLink(TextSocket socket, int version) {
        this.socket = socket;
        this.version = version;
    }

    /// @param at when it came
    public record Received(MonitorMessage message, Moment at) {}

    /// @param at when it came
    record Heard(Decoded<MonitorMessage> message, Moment at) {}

    public static MonitorLink open(HostPort monitor) throws LinkException, InterruptedException {
        return greeted(TextSocket.connect(door(monitor)), HANDSHAKE_LIMIT);
    }

    /// @param client shared with others, and left as it is
    /// @param limit until the end of the handshake
    public static MonitorLink open(HttpClient client, URI monitor, Duration limit)
            throws LinkException, InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        TextSocket socket = TextSocket.connect(client, monitor, limit);
        return greeted(socket, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }

    /// Where a monitor of one Postgres speaks with agents.
    public static URI door(HostPort monitor) {
        return URI.create("ws://" + monitor + "/monitor");
    }

    private static MonitorLink greeted(TextSocket socket, Duration limit)
            throws LinkException, InterruptedException {
        try {
            socket.send(Handshake.encode(VersionRange.OURS));
            return new MonitorLink(socket, version(socket.receive(limit)));
        } catch (LinkException | InterruptedException e) {
            socket.close();
            throw e;
        }
    }

    private static int version(@Nullable Arrival answer) throws LinkException {
        return switch (answer) {
            case null -> throw new LinkException("no answer to the handshake in time");
            case Arrival.Closed(String why) ->
                    throw new LinkException("the monitor ended the handshake: " + why);
            case Arrival.Text(String text, long _) ->
                    switch (Handshake.decodeReply(text, VersionRange.OURS)) {
                        case Handshake.Reply.Agreed(int version) -> version;
                        case Handshake.Reply.Failed(String error) ->
                                throw new LinkException("the handshake failed: " + error);
                    };
        };
    }

    /// The protocol version that both sides speak.
    public int version() {
        return version;
    }

    /// The id of the next message.
    public long nextId() {
        return ids.next();
    }

    public void send(AgentMessage message) throws LinkException, InterruptedException {
        socket.send(AgentCodec.encode(message));
    }

    /// Null when nothing came within `patience`.
    ///
    /// @throws LinkException when the session has ended, or the monitor says what cannot be read
    public @Nullable Received receive(Duration patience)
            throws LinkException, InterruptedException {
        return switch (hear(patience)) {
            case null -> null;
            case Heard(Decoded.Message<MonitorMessage>(MonitorMessage message), Moment at) ->
                    new Received(message, at);
            case Heard(Decoded.Unreadable<MonitorMessage>(long _, String why), Moment _) ->
                    throw new LinkException("a message of the monitor cannot be read: " + why);
        };
    }

    /// As [#receive], but what cannot be read is a value, for it is to be answered. Null also when
    /// it was woken.
    ///
    /// @throws LinkException when the session has ended
    @Nullable Heard hear(Duration patience) throws LinkException, InterruptedException {
        return switch (socket.receive(patience)) {
            case null -> null;
            case Arrival.Closed(String why) ->
                    throw new LinkException("the session with the monitor ended: " + why);
            case Arrival.Text(String text, long nanoTime) ->
                    new Heard(MonitorCodec.decode(text, version), new Moment(nanoTime));
        };
    }

    /// Makes whoever hears return at once. For any thread.
    void wake() {
        socket.wake();
    }

    /// Ends it for whoever hears, without a word to the monitor. For any thread.
    void abort(String why) {
        socket.abort(why);
    }

    @Override
    public void close() {
        socket.close();
    }
}
