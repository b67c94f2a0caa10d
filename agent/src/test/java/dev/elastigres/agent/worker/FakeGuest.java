package dev.elastigres.agent.worker;

import dev.elastigres.agent.driver.DiscoveredVm.VmEndpoints;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.http.WebSocket;
import dev.elastigres.daemon.http.WebSocketMessage;
import dev.elastigres.daemon.settings.HostPort;
import dev.elastigres.protocol.monitor.AgentCodec;
import dev.elastigres.protocol.monitor.AgentMessage;
import dev.elastigres.protocol.monitor.Decoded;
import dev.elastigres.protocol.monitor.Handshake;
import dev.elastigres.protocol.monitor.MonitorCodec;
import dev.elastigres.protocol.monitor.MonitorMessage;
import dev.elastigres.protocol.monitor.VersionRange;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// The guest of a VM: a monitor that the test controls, and a metrics page.
public final class FakeGuest implements AutoCloseable {
    private static final VersionRange V1_0 = new VersionRange(1, 1);

    final List<String> heard = new CopyOnWriteArrayList<>();
    private final VersionRange versions;
    private final HttpServer http;

    public volatile double load;
    volatile long oomKills;

    /// Empty if it agrees.
    volatile Optional<MonitorMessage.RefusalDetails> refusal = Optional.empty();

    volatile boolean mute;
    volatile @Nullable WebSocket live;
    private volatile @Nullable Thread session;

    private FakeGuest(VersionRange versions) throws ListenException {
        this.versions = versions;
        Routes routes =
                Routes.NONE
                        .with("/metrics", _ -> new Response(200, "text/plain", page()))
                        .withWebSocket("/monitor", this::serve);
        http =
                HttpServer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        routes,
                        ServerLimits.DEFAULT,
                        (_, _, _) -> {});
    }

    public static FakeGuest start() throws ListenException {
        return new FakeGuest(VersionRange.OURS);
    }

    static FakeGuest startV10() throws ListenException {
        return new FakeGuest(V1_0);
    }

    public VmEndpoints endpoints() {
        var here = Optional.of(HostPort.of(http.address()));
        return VmEndpoints.at(here, here, Optional.empty());
    }

    /// Memory is unused, so that CPUs determine the size.
    private String page() {
        return """
               host_load1 %s
               host_load5 %s
               host_memory_total_bytes 1000000000
               host_memory_available_bytes 990000000
               host_memory_cached_bytes 0
               host_memory_oom_kills_total %d
               """
                .formatted(load, load, oomKills);
    }

    private void serve(WebSocket socket) {
        session = Thread.currentThread();
        live = socket;
        int version = 0;
        while (socket.receive() instanceof WebSocketMessage.Text(String text)) {
            heard.add(text);
            if (version == 0) {
                var reply = Handshake.answer(text, versions);
                socket.send(Handshake.encode(reply));
                if (!(reply instanceof Handshake.HandshakeReply.Agreed(int agreed))) return;
                version = agreed;
                socket.admitted();
            } else if (!mute
                    && AgentCodec.decode(text)
                            instanceof Decoded.Message<AgentMessage>(AgentMessage message)) {
                answer(message).ifPresent(new ScriptedMonitor(socket, version)::send);
            }
        }
    }

    private record ScriptedMonitor(WebSocket socket, int version) {
        void send(MonitorMessage message) {
            socket.send(MonitorCodec.encode(message, version));
        }
    }

    private Optional<MonitorMessage> answer(AgentMessage message) {
        return switch (message) {
            case AgentMessage.UpscaleNotification told ->
                    Optional.of(new MonitorMessage.UpscaleConfirmation(told.id()));
            case AgentMessage.DownscaleRequest asked ->
                    Optional.of(
                            refusal.isEmpty()
                                    ? new MonitorMessage.DownscaleResult(asked.id(), true, "done")
                                    : new MonitorMessage.DownscaleResult(
                                            asked.id(), false, "too much is used", refusal.get()));
            case AgentMessage.HealthCheck asked ->
                    Optional.of(new MonitorMessage.HealthCheck(asked.id()));
            case AgentMessage.InvalidMessage _, AgentMessage.InternalError _ -> Optional.empty();
        };
    }

    static MonitorMessage.RefusalDetails refusal(Optional<Bytes> min) {
        return new MonitorMessage.RefusalDetails(Optional.empty(), min);
    }

    /// Sends any text unsolicited.
    void say(String text) {
        WebSocket to = live;
        if (to == null) throw new AssertionError("no agent is there");
        to.send(text);
    }

    /// Ends the session without a close frame.
    void cut() {
        Thread thread = session;
        if (thread == null) throw new AssertionError("no agent is there");
        thread.interrupt();
    }

    boolean heard(String part) {
        return heard.stream().anyMatch(it -> it.contains(part));
    }

    @Override
    public void close() {
        http.close();
    }
}
