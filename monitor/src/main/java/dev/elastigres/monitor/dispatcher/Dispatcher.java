package dev.elastigres.monitor.dispatcher;

import dev.elastigres.core.monitor.Event.DownscaleRequested;
import dev.elastigres.core.monitor.Event.HealthCheckReceived;
import dev.elastigres.core.monitor.Event.UpscaleNotified;
import dev.elastigres.core.units.Resources;
import dev.elastigres.daemon.http.WebSocket;
import dev.elastigres.daemon.http.WebSocketMessage;
import dev.elastigres.daemon.http.WebSocketMessage.Binary;
import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import dev.elastigres.daemon.http.WebSocketMessage.Text;
import dev.elastigres.daemon.http.WebSocketSession;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogRateLimiter;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.monitor.metrics.MonitorMeters;
import dev.elastigres.protocol.monitor.AgentCodec;
import dev.elastigres.protocol.monitor.AgentMessage;
import dev.elastigres.protocol.monitor.AgentMessage.DownscaleRequest;
import dev.elastigres.protocol.monitor.AgentMessage.HealthCheck;
import dev.elastigres.protocol.monitor.AgentMessage.InternalError;
import dev.elastigres.protocol.monitor.AgentMessage.InvalidMessage;
import dev.elastigres.protocol.monitor.AgentMessage.UpscaleNotification;
import dev.elastigres.protocol.monitor.Decoded.Message;
import dev.elastigres.protocol.monitor.Decoded.Unreadable;
import dev.elastigres.protocol.monitor.Handshake;
import dev.elastigres.protocol.monitor.Handshake.HandshakeReply;
import dev.elastigres.protocol.monitor.MonitorMessage;
import dev.elastigres.protocol.monitor.VersionRange;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Serves agents' connections, from the handshake to the last message. An unreadable message is
/// answered with an error and does not end the session.
public final class Dispatcher implements WebSocketSession {
    private final SessionOwner sessions;
    private final HealthCheckResponder health;
    private final MonitorMeters meters;
    private final Log log;
    /// Limits log lines that peers can cause at any rate.
    private final LogRateLimiter repeats;

    private final AtomicLong lastSession = new AtomicLong();

    /// The open connections, each with its thread.
    private final Map<WebSocket, Thread> open = new ConcurrentHashMap<>();

    private volatile @Nullable String dismissed;

    public Dispatcher(
            SessionOwner sessions, HealthCheckResponder health, MonitorMeters meters, Log log) {
        this.sessions = sessions;
        this.health = health;
        this.meters = meters;
        this.log = log;
        repeats = new LogRateLimiter(log, MonotonicClock::now);
    }

    @Override
    public void run(WebSocket socket) throws InterruptedException {
        open.put(socket, Thread.currentThread());
        try {
            String why = dismissed;
            if (why == null) serve(socket);
            else socket.close(Closed.GOING_AWAY, why);
        } finally {
            open.remove(socket);
        }
    }

    /// Ends all sessions, and each later one at once, because their Postgres is no longer watched.
    /// Returns when they have ended.
    ///
    /// @param why sent to the agents
    public void dismiss(String why) {
        dismissed = why;
        var leaving = new ArrayList<Thread>();
        for (var each : open.entrySet())
            leaving.add(
                    Thread.ofVirtual()
                            .name("dismiss-" + each.getKey().peer())
                            .start(() -> dismiss(each.getKey(), each.getValue(), why)));
        try {
            for (Thread each : leaving) each.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void dismiss(WebSocket socket, Thread server, String why) {
        socket.close(Closed.GOING_AWAY, why);
        // It may be waiting for a runner that takes no more messages.
        server.interrupt();
    }

    private void serve(WebSocket socket) throws InterruptedException {
        Optional<AgentConnection> link = shakeHands(socket);
        if (link.isEmpty()) return;

        sessions.opened(link.get());
        Closed end;
        try {
            end = exchangeMessages(link.get(), socket);
        } catch (RuntimeException | Error e) {
            // Otherwise the session of a failed thread would stay the live one forever.
            sessions.ended(link.get(), new Closed(Closed.INTERNAL_ERROR, "internal error"));
            throw e;
        }
        sessions.ended(link.get(), end);
    }

    /// Handles the agent's messages until the session ends, and returns how it ended.
    private Closed exchangeMessages(AgentConnection link, WebSocket socket)
            throws InterruptedException {
        while (true) {
            switch (socket.receive()) {
                case Text(String text) -> take(link, socket, text);
                case Binary(int size) ->
                        log.debug("binary frame ignored", "peer", socket.peer(), "bytes", size);
                case Closed closed -> {
                    return closed;
                }
            }
        }
    }

    /// Returns the connection after a successful handshake; empty otherwise, after the reason was
    /// sent.
    private Optional<AgentConnection> shakeHands(WebSocket socket) {
        return switch (firstText(socket)) {
            case Text(String text) ->
                    switch (Handshake.answer(text, VersionRange.OURS)) {
                        case HandshakeReply.Agreed agreed -> {
                            socket.admitted();
                            // Before the answer: an agent that connects after it gets a higher
                            // number.
                            long session = lastSession.incrementAndGet();
                            // A connection that is already being closed must not replace a live
                            // session.
                            if (!socket.send(Handshake.encode(agreed))) yield Optional.empty();
                            yield Optional.of(
                                    new AgentConnection(session, socket, agreed.version()));
                        }
                        case HandshakeReply.Failed failed -> {
                            meters.handshakeFailed();
                            repeats.write(
                                    "handshake",
                                    LogLevel.WARN,
                                    "handshake failed",
                                    "peer",
                                    socket.peer(),
                                    "reason",
                                    failed.error());
                            socket.send(Handshake.encode(failed));
                            socket.close(Closed.PROTOCOL_ERROR, failed.error());
                            yield Optional.empty();
                        }
                    };
            case Closed(int _, String reason) -> {
                log.debug(
                        "disconnected before its handshake",
                        "peer",
                        socket.peer(),
                        "reason",
                        reason);
                yield Optional.empty();
            }
            case Binary _ -> throw new IllegalStateException("binary frames were passed over");
        };
    }

    private static WebSocketMessage firstText(WebSocket socket) {
        WebSocketMessage incoming = socket.receive();
        while (incoming instanceof Binary) incoming = socket.receive();
        return incoming;
    }

    private void take(AgentConnection link, WebSocket socket, String text)
            throws InterruptedException {
        switch (AgentCodec.decode(text)) {
            case Message(AgentMessage message) -> {
                // Blocks an agent that sends requests faster than it reads answers.
                if (!isAnswered(message) || socket.reserveAnswer()) take(link, message);
            }
            case Unreadable(long id, String why) -> {
                meters.messageUnreadable();
                repeats.write(
                        "unreadable",
                        LogLevel.WARN,
                        "message cannot be read",
                        "peer",
                        link.peer(),
                        "id",
                        Long.toUnsignedString(id),
                        "reason",
                        why);
                if (socket.reserveAnswer()) link.answer(new MonitorMessage.InvalidMessage(id, why));
            }
        }
    }

    private static boolean isAnswered(AgentMessage message) {
        return switch (message) {
            case UpscaleNotification _, DownscaleRequest _, HealthCheck _ -> true;
            case InvalidMessage _, InternalError _ -> false;
        };
    }

    private void take(AgentConnection link, AgentMessage message) throws InterruptedException {
        long session = link.session();
        switch (message) {
            case UpscaleNotification(long id, Resources granted) ->
                    sessions.received(new UpscaleNotified(session, id, granted));
            case DownscaleRequest(long id, Resources target) ->
                    sessions.received(new DownscaleRequested(session, id, target));
            case HealthCheck(long id) -> {
                if (!health.answer(link, id))
                    sessions.received(new HealthCheckReceived(session, id));
            }
            case InvalidMessage(long id, String error) ->
                    warn("the agent cannot read a message", id, error);
            case InternalError(long id, String error) ->
                    warn("the agent failed to handle a message", id, error);
        }
    }

    private void warn(String what, long id, String reason) {
        repeats.write(
                "agent", LogLevel.WARN, what, "id", Long.toUnsignedString(id), "reason", reason);
    }
}
