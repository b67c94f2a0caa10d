package dev.elastigres.bench;

import dev.elastigres.agent.monitor.LinkException;
import dev.elastigres.agent.monitor.TextSocket;
import dev.elastigres.agent.monitor.TextSocket.Arrival;
import dev.elastigres.daemon.http.HttpServer;
import dev.elastigres.daemon.http.Incoming;
import dev.elastigres.daemon.http.Limits;
import dev.elastigres.daemon.http.ListenException;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.http.WebSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;

/// What the same client, loopback and the same server cost without a monitor between them: the
/// server runs in this process and sends back what comes.
final class Echo implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final String TEXT = "{\"content\":{},\"type\":\"HealthCheck\",\"id\":2}\n";

    private final HttpServer server;
    private final TextSocket socket;

    private Echo(HttpServer server, TextSocket socket) {
        this.server = server;
        this.socket = socket;
    }

    static Echo start() throws LinkException, InterruptedException {
        HttpServer server;
        try {
            server =
                    HttpServer.start(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                            Routes.NONE.withWebSocket("/echo", Echo::serve),
                            Limits.DEFAULT,
                            (_, _, _) -> {});
        } catch (ListenException e) {
            throw new LinkException("cannot listen for the baseline", e);
        }
        try {
            URI uri = URI.create("ws://127.0.0.1:" + server.address().getPort() + "/echo");
            return new Echo(server, TextSocket.connect(uri));
        } catch (LinkException | InterruptedException e) {
            server.close();
            throw e;
        }
    }

    private static void serve(WebSocket peer) {
        peer.admitted();
        while (true) {
            switch (peer.receive()) {
                case Incoming.Text(String text) -> peer.send(text);
                case Incoming.Binary _ -> {}
                case Incoming.Closed _ -> {
                    return;
                }
            }
        }
    }

    void roundTrip() throws LinkException, InterruptedException {
        socket.send(TEXT);
        if (!(socket.receive(LIMIT) instanceof Arrival.Text))
            throw new LinkException("the baseline was not answered");
    }

    @Override
    public void close() {
        socket.close();
        server.close();
    }
}
