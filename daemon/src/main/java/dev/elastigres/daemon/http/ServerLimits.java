package dev.elastigres.daemon.http;

import java.time.Duration;

/// Limits of one server on its peers.
///
/// @param headSize maximum bytes of a request's line and headers together
/// @param headers maximum number of headers of a request
/// @param messageSize maximum bytes of a WebSocket message, all its fragments together
/// @param sessions maximum number of admitted WebSockets and of event streams, together; closing
///     ones are displaced by a new one
/// @param pendingConnections maximum number of connections whose request is not complete or whose
///     WebSocket is not admitted yet, and also of requests that are being answered. In both groups,
///     a new one displaces the oldest
/// @param setup maximum time from accepting a connection to the end of its answer, or until the
///     application admits its WebSocket; data from the peer does not extend it
/// @param outbox maximum number of frames queued for one peer
/// @param pingAfter silence after which a ping is sent
/// @param silenceTimeout silence after which a peer is disconnected; longer than `pingAfter`
/// @param closeWait maximum time in which a closing connection writes its queue and receives the
///     peer's close frame
/// @param writeWait maximum time that the peer may block a single write
public record ServerLimits(
        int headSize,
        int headers,
        int messageSize,
        int sessions,
        int pendingConnections,
        Duration setup,
        int outbox,
        Duration pingAfter,
        Duration silenceTimeout,
        Duration closeWait,
        Duration writeWait) {

    private static final Duration MAX = Duration.ofDays(1);

    public static final ServerLimits DEFAULT =
            new ServerLimits(
                    8 << 10,
                    64,
                    64 << 10,
                    64,
                    16,
                    Duration.ofSeconds(4),
                    64,
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10));

    public ServerLimits {
        atLeast("head size", headSize, 256);
        atLeast("number of headers", headers, 8);
        atLeast("message size", messageSize, Frames.LARGEST_CONTROL_PAYLOAD);
        atLeast("number of pending connections", pendingConnections, 1);
        atLeast("number of sessions", sessions, 1);
        atLeast("outbox", outbox, 1);
        inRange("set-up time", setup);
        inRange("idle time before a ping", pingAfter);
        inRange("silence before giving up", silenceTimeout);
        inRange("wait for a close frame", closeWait);
        inRange("wait for a write", writeWait);
        if (silenceTimeout.compareTo(pingAfter) <= 0)
            throw new IllegalArgumentException(
                    "the silence timeout, %s, must exceed the ping interval, %s"
                            .formatted(silenceTimeout, pingAfter));
    }

    public ServerLimits withMessageSize(int bytes) {
        return new ServerLimits(
                headSize,
                headers,
                bytes,
                sessions,
                pendingConnections,
                setup,
                outbox,
                pingAfter,
                silenceTimeout,
                closeWait,
                writeWait);
    }

    public ServerLimits withPendingConnections(int count) {
        return new ServerLimits(
                headSize,
                headers,
                messageSize,
                Math.max(sessions, count),
                count,
                setup,
                outbox,
                pingAfter,
                silenceTimeout,
                closeWait,
                writeWait);
    }

    public ServerLimits withSetup(Duration time) {
        return new ServerLimits(
                headSize,
                headers,
                messageSize,
                sessions,
                pendingConnections,
                time,
                outbox,
                pingAfter,
                silenceTimeout,
                closeWait,
                writeWait);
    }

    private static void atLeast(String what, int value, int min) {
        if (value < min)
            throw new IllegalArgumentException(
                    "%s must be at least %d: %d".formatted(what, min, value));
    }

    private static void inRange(String what, Duration value) {
        if (value.toMillis() < 1 || value.compareTo(MAX) > 0)
            throw new IllegalArgumentException(
                    "%s must be between 1 ms and a day: %s".formatted(what, value));
    }
}
