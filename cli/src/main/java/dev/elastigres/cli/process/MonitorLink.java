package dev.elastigres.cli.process;

import dev.elastigres.cli.process.TextSocket.Arrival;
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

    public static MonitorLink open(HostPort monitor) throws LinkException, InterruptedException {
        TextSocket socket = TextSocket.connect(URI.create("ws://" + monitor + "/monitor"));
        try {
            socket.send(Handshake.encode(VersionRange.OURS));
            return new MonitorLink(socket, version(socket.receive(HANDSHAKE_LIMIT)));
        } catch (LinkException | InterruptedException e) {
            socket.close();
            throw e;
        }
    }

    private static int version(@Nullable Arrival answer) throws LinkException {
        return switch (answer) {
            case null ->
                    throw new LinkException(
                            "no answer to the handshake within "
                                    + HANDSHAKE_LIMIT.toSeconds()
                                    + " s");
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
        return switch (socket.receive(patience)) {
            case null -> null;
            case Arrival.Closed(String why) ->
                    throw new LinkException("the session with the monitor ended: " + why);
            case Arrival.Text(String text, long nanoTime) ->
                    switch (MonitorCodec.decode(text, version)) {
                        case Decoded.Message<MonitorMessage>(MonitorMessage message) ->
                                new Received(message, new Moment(nanoTime));
                        case Decoded.Unreadable<MonitorMessage>(long _, String why) ->
                                throw new LinkException(
                                        "a message of the monitor cannot be read: " + why);
                    };
        };
    }

    @Override
    public void close() {
        socket.close();
    }
}
