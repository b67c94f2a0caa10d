package dev.elastigres.daemon.http;

import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// Serves one accepted socket on its own virtual thread.
final class Connection {
    /// Maximum wait for the peer to close the connection after the response.
    private static final Duration LINGER = Duration.ofMillis(500);

    private final Socket carrier;
    private final Optional<Encryption> encryption;
    private final HostCheck hosts;
    private final Routes routes;
    private final ServerLimits limits;
    private final Connections connections;
    private final Watchdog alarms;
    private final FailureListener failures;
    private volatile @Nullable WebSocket webSocket;

    Connection(
            Socket carrier,
            Optional<Encryption> encryption,
            HostCheck hosts,
            Routes routes,
            ServerLimits limits,
            Connections connections,
            Watchdog alarms,
            FailureListener failures) {
        this.carrier = carrier;
        this.encryption = encryption;
        this.hosts = hosts;
        this.routes = routes;
        this.limits = limits;
        this.connections = connections;
        this.alarms = alarms;
        this.failures = failures;
    }

    void run() {
        Future<?> late = alarms.in(limits.setup(), this::late);
        try {
            serve();
        } catch (IOException _) {
            // The connection has ended, so nothing can be sent to the peer.
        } catch (RuntimeException | Error e) {
            failures.report("a connection failed", SocketAddresses.name(carrier), e);
        } finally {
            late.cancel(false);
            connections.leave(this);
            cut("served");
        }
    }

    private void serve() throws IOException {
        carrier.setTcpNoDelay(true);
        PeerOutput wire = wire();
        if (wire != null) serve(wire);
    }

    /// Returns the peer's output, or null if the TLS handshake failed.
    private @Nullable PeerOutput wire() throws IOException {
        if (encryption.isEmpty()) return new PeerOutput(carrier, carrier);
        try {
            return new PeerOutput(
                    carrier, encryption.get().over(carrier, SocketAddresses.name(carrier)));
        } catch (IOException _) {
            // The last TLS message tells the peer the reason.
            hangUp(carrier, new PeerInput(carrier));
            return null;
        }
    }

    private void serve(PeerOutput wire) throws IOException {
        var input = new PeerInput(wire.socket());
        boolean withBody = true;
        WebSocketSession session;
        try {
            HeadReader.RequestHead head = new HeadReader(input, limits, wire.peer(), routes).read();
            if (head == null) return;
            withBody = !head.request().method().equals("HEAD");
            if (head.request().header("Upgrade").isEmpty()) connections.answer(this);
            // No switch: the first answer would wait for the class behind one.
            Reply reply = reply(head.request());
            if (reply instanceof Response response) {
                respond(wire, response, withBody, input);
                return;
            }
            if (reply instanceof EventStream stream) {
                respond(wire, stream, withBody, input);
                return;
            }
            wire.socket().getOutputStream().write(WebSocketHandshake.accept(head));
            session = ((Upgrade) reply).session();
        } catch (RejectedRequestException e) {
            respond(wire, e.response(), withBody, input);
            return;
        }
        run(wire, session, input);
    }

    private Reply reply(Request request) {
        if (!hosts.allows(request, carrier.getLocalAddress()))
            return Response.text(
                    403, "this host name is not allowed here: see the setting allowed-hosts");
        Handler handler = routes.find(request).orElse(null);
        if (handler == null) return Response.text(404, "not found");
        try {
            return handler.answer(request);
        } catch (RuntimeException | Error e) {
            failures.report("cannot answer a request", request.path(), e);
            return Response.text(500, "internal error");
        }
    }

    private void respond(PeerOutput wire, Response response, boolean withBody, PeerInput input)
            throws IOException {
        wire.socket().getOutputStream().write(ResponseWriter.bytes(response, withBody));
        hangUp(wire.socket(), input);
    }

    private void respond(PeerOutput wire, EventStream stream, boolean withBody, PeerInput input)
            throws IOException {
        if (!connections.admit(this)) {
            respond(wire, Response.text(503, "too many streams are open"), withBody, input);
            return;
        }
        wire.socket().getOutputStream().write(ResponseWriter.head(stream));
        try {
            if (withBody) stream.session().run(new EventStreamWriter(wire, limits, alarms));
        } catch (InterruptedException _) {
            // Interrupted only to end the stream.
        }
        hangUp(wire.socket(), input);
    }

    /// Closes the output and discards the remaining input. Unread input would make the kernel reset
    /// the connection and destroy a response in transit.
    private void hangUp(Socket socket, PeerInput input) throws IOException {
        socket.shutdownOutput();
        Future<?> alarm = alarms.in(LINGER, () -> cut("did not close the connection"));
        input.discard();
        alarm.cancel(false);
    }

    private void run(PeerOutput wire, WebSocketSession session, PeerInput input) {
        var upgraded = new WebSocket(wire, input, limits, alarms, new ConnectionSlot());
        webSocket = upgraded;
        upgraded.start();
        try {
            session.run(upgraded);
            upgraded.close(Closed.NORMAL, "");
        } catch (InterruptedException _) {
            upgraded.close(Closed.GOING_AWAY, "");
        } catch (RuntimeException | Error e) {
            failures.report("a session failed", upgraded.peer(), e);
            upgraded.close(Closed.INTERNAL_ERROR, "internal error");
        }
    }

    /// The session slot of this connection.
    private final class ConnectionSlot implements WebSocket.SessionSlot {
        @Override
        public boolean acquire() {
            return connections.admit(Connection.this);
        }

        @Override
        public void release() {
            connections.close(Connection.this);
        }
    }

    private void late() {
        if (!connections.isInSetup(this)) return;
        leave(
                new Closed(
                        Closed.POLICY, "not admitted within " + limits.setup().toMillis() + " ms"));
    }

    /// Closes the connection, with a close frame if it is a WebSocket.
    void leave(Closed why) {
        WebSocket upgraded = webSocket;
        if (upgraded == null) cut(why.reason());
        else upgraded.begin(why);
    }

    /// Closes the socket at once.
    void cut(String reason) {
        WebSocket upgraded = webSocket;
        if (upgraded != null) upgraded.lose(reason);
        try {
            carrier.close();
        } catch (IOException _) {
            // Closed all the same.
        }
    }
}
