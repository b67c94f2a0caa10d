package dev.elastigres.daemon.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/// The open connections of one server, in four groups:
///
/// - pending connections, whose request is not complete or whose WebSocket is not admitted yet,
/// - requests that are being answered,
/// - sessions: admitted WebSockets and event streams,
/// - sessions that are closing, until their peer has answered or has run out of time.
///
/// The first two groups have limits of their own, and a new connection displaces the oldest one.
/// Open sessions are not displaced. They share their limit with closing sessions, of which the
/// oldest is displaced first. Therefore neither silent connections nor sessions, open or closing,
/// can block a page request or a new session.
final class Connections {
    private final ServerLimits limits;
    private final SequencedSet<Connection> pendingConnections = new LinkedHashSet<>();
    private final SequencedSet<Connection> requests = new LinkedHashSet<>();
    private final SequencedSet<Connection> sessions = new LinkedHashSet<>();
    private final SequencedSet<Connection> closing = new LinkedHashSet<>();
    private boolean closed;

    Connections(ServerLimits limits) {
        this.limits = limits;
    }

    /// Adds a new connection. Returns false if the server is closing.
    boolean enter(Connection newcomer) {
        Connection leaving;
        synchronized (this) {
            if (closed) return false;
            leaving =
                    pendingConnections.size() == limits.pendingConnections()
                            ? pendingConnections.removeFirst()
                            : null;
            pendingConnections.add(newcomer);
        }
        if (leaving != null) leaving.cut("too many connections wait to be admitted");
        return true;
    }

    /// Moves a newcomer to the requests that are being answered. Has no effect on a connection that
    /// was already displaced.
    void answer(Connection request) {
        Connection leaving;
        synchronized (this) {
            if (!pendingConnections.remove(request)) return;
            leaving =
                    requests.size() == limits.pendingConnections() ? requests.removeFirst() : null;
            requests.add(request);
        }
        if (leaving != null) leaving.cut("too many requests are being answered");
    }

    /// Moves a newcomer or a request to the sessions. Returns false if open sessions occupy all
    /// places. Has no effect on a connection that was already displaced.
    boolean admit(Connection newcomer) {
        Connection leaving = null;
        synchronized (this) {
            if (!isInSetup(newcomer)) return true;
            if (sessions.size() + closing.size() == limits.sessions()) {
                if (closing.isEmpty()) return false;
                leaving = closing.removeFirst();
            }
            pendingConnections.remove(newcomer);
            requests.remove(newcomer);
            sessions.add(newcomer);
        }
        if (leaving != null) leaving.cut("displaced by a new session");
        return true;
    }

    /// Notes that a session has begun to close.
    synchronized void close(Connection session) {
        if (sessions.remove(session)) closing.add(session);
    }

    /// Returns whether `connection` has neither answered its request nor been admitted.
    synchronized boolean isInSetup(Connection connection) {
        return pendingConnections.contains(connection) || requests.contains(connection);
    }

    synchronized void leave(Connection connection) {
        pendingConnections.remove(connection);
        requests.remove(connection);
        sessions.remove(connection);
        closing.remove(connection);
        notifyAll();
    }

    /// Rejects new connections from now on. Returns the open ones.
    synchronized List<Connection> close() {
        closed = true;
        return all();
    }

    /// Waits up to `time` for all connections to end. Returns those that are still open.
    synchronized List<Connection> awaitEnd(Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        while (!all().isEmpty()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left < 1) break;
            wait(left);
        }
        return all();
    }

    private List<Connection> all() {
        var all = new ArrayList<>(pendingConnections);
        all.addAll(requests);
        all.addAll(sessions);
        all.addAll(closing);
        return all;
    }
}
