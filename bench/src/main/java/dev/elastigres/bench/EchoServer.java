package dev.elastigres.bench;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import dev.elastigres.agent.monitor.TextWebSocket;
import dev.elastigres.agent.monitor.TextWebSocket.SocketInput;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.http.ServerLimits;
import dev.elastigres.daemon.http.WebSocket;
import dev.elastigres.daemon.http.WebSocketMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;

/// The cost of the same client, loopback and server without a monitor: a server in this process
/// that sends back every message.
final class EchoServer implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final String TEXT = "{\"content\":{},\"type\":\"HealthCheck\",\"id\":2}\n";

    private final HttpServer server;
    private final TextWebSocket socket;

    private EchoServer(HttpServer server, TextWebSocket socket) {
        this.server = server;
        this.socket = socket;
    }

    static EchoServer start() throws MonitorConnectionException, InterruptedException {
        HttpServer server;
        try {
            server =
                    HttpServer.start(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            Routes.NONE.withWebSocket("/echo", EchoServer::serve),
                            ServerLimits.DEFAULT,
                            (_, _, _) -> {});
        } catch (ListenException e) {
            throw new MonitorConnectionException("cannot listen for the baseline", e);
        }
        try {
            URI uri = URI.create("ws://127.0.0.1:" + server.address().getPort() + "/echo");
            return new EchoServer(server, TextWebSocket.connect(uri));
        } catch (MonitorConnectionException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    private static void serve(WebSocket peer) {
        peer.admitted();
        while (true) {
            switch (peer.receive()) {
                case WebSocketMessage.Text(String text) -> peer.send(text);
                case WebSocketMessage.Binary _ -> {}
                case WebSocketMessage.Closed _ -> {
                    return;
                }
            }
        }
    }

    void roundTrip() throws MonitorConnectionException, InterruptedException {
        socket.send(TEXT);
        if (!(socket.receive(TIMEOUT) instanceof SocketInput.Text))
            throw new MonitorConnectionException("the baseline was not answered");
    }

    @Override
    public void close() {
        socket.close();
        server.close();
    }
}
