package dev.elastigres.bench;

import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.http.Reply;
import dev.elastigres.daemon.http.Upgrade;
import dev.elastigres.daemon.http.WebSocket;
import dev.elastigres.daemon.http.WebSocketMessage;
import dev.elastigres.protocol.monitor.AgentCodec;
import dev.elastigres.protocol.monitor.AgentMessage;
import dev.elastigres.protocol.monitor.AgentMessage.DownscaleRequest;
import dev.elastigres.protocol.monitor.AgentMessage.HealthCheck;
import dev.elastigres.protocol.monitor.AgentMessage.UpscaleNotification;
import dev.elastigres.protocol.monitor.Decoded;
import dev.elastigres.protocol.monitor.Handshake;
import dev.elastigres.protocol.monitor.MessageIds;
import dev.elastigres.protocol.monitor.MonitorCodec;
import dev.elastigres.protocol.monitor.MonitorMessage;
import dev.elastigres.protocol.monitor.MonitorMessage.AppliedSize;
import dev.elastigres.protocol.monitor.MonitorMessage.DownscaleResult;
import dev.elastigres.protocol.monitor.MonitorMessage.HealthDetails;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleConfirmation;
import dev.elastigres.protocol.monitor.MonitorMessage.UpscaleRequest;
import dev.elastigres.protocol.monitor.VersionRange;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// A fake monitor that agrees to everything at once.
final class FakeMonitor {
    private final MessageIds ids = MessageIds.ofMonitor();
    private volatile @Nullable FakeMonitorSession session;

    private record FakeMonitorSession(WebSocket socket, int version) {
        void say(MonitorMessage message) {
            socket.send(MonitorCodec.encode(message, version));
        }
    }

    Reply session() {
        return new Upgrade(this::serve);
    }

    /// Requests more in the newest session, if there is one. One thread calls it.
    ///
    /// @return the time of the request, by the monotonic clock, in nanoseconds
    long askForMore() {
        FakeMonitorSession newest = session;
        long now = System.nanoTime();
        if (newest != null) newest.say(new UpscaleRequest(ids.next()));
        return now;
    }

    private void serve(WebSocket socket) {
        if (!(socket.receive() instanceof WebSocketMessage.Text(String offer))) return;
        Handshake.HandshakeReply reply = Handshake.answer(offer, VersionRange.OURS);
        socket.send(Handshake.encode(reply));
        if (!(reply instanceof Handshake.HandshakeReply.Agreed(int version))) return;
        socket.admitted();
        var mine = new FakeMonitorSession(socket, version);
        session = mine;
        while (socket.receive() instanceof WebSocketMessage.Text(String text))
            if (AgentCodec.decode(text) instanceof Decoded.Message<AgentMessage>(var message))
                answer(message).ifPresent(mine::say);
    }

    private static Optional<MonitorMessage> answer(AgentMessage message) {
        return switch (message) {
            case UpscaleNotification(long id, Resources granted) ->
                    Optional.of(
                            new UpscaleConfirmation(
                                    id,
                                    new AppliedSize(
                                            Optional.of(granted.memory()),
                                            OptionalDouble.of(granted.vcpus()))));
            case DownscaleRequest(long id, Resources _) ->
                    Optional.of(new DownscaleResult(id, true, "there is enough left"));
            case HealthCheck(long id) ->
                    Optional.of(
                            new MonitorMessage.HealthCheck(
                                    id,
                                    new HealthDetails(
                                            Optional.of(true), Optional.of("up"), List.of())));
            case AgentMessage.InvalidMessage _, AgentMessage.InternalError _ -> Optional.empty();
        };
    }
}
