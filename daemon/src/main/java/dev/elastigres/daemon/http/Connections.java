package dev.elastigres.daemon.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SequencedSet;

/// Who is connected, and who must go when there are too many: the newcomer that has waited longest
/// for its admission. The admitted keep their places, whatever knocks.
final class Connections {
    private final Limits limits;
    private final SequencedSet<Connection> newcomers = new LinkedHashSet<>();
    private final SequencedSet<Connection> admitted = new LinkedHashSet<>();
    private boolean closed;

    Connections(Limits limits) {
        this.limits = limits;
    }

    /// False when there is no place for `newcomer` because all are taken by the admitted.
    boolean enter(Connection newcomer) {
        Connection leaving;
        synchronized (this) {
            if (closed || admitted.size() == limits.connections()) return false;
            leaving = isFull() ? newcomers.removeFirst() : null;
            newcomers.add(newcomer);
        }
        if (leaving != null) leaving.cut("too many connections wait to be admitted");
        return true;
    }

    private boolean isFull() {
        return newcomers.size() == limits.newcomers()
                || newcomers.size() + admitted.size() == limits.connections();
    }

    /// Without effect on a connection that has already been made to leave.
    synchronized void admit(Connection newcomer) {
        if (newcomers.remove(newcomer)) admitted.add(newcomer);
    }

    synchronized boolean isNewcomer(Connection connection) {
        return newcomers.contains(connection);
    }

    synchronized void leave(Connection connection) {
        newcomers.remove(connection);
        admitted.remove(connection);
        notifyAll();
    }

    /// Nobody enters any more. Those that are here.
    synchronized List<Connection> close() {
        closed = true;
        return all();
    }

    /// Those that are still here after `time`, or earlier when that is nobody.
    synchronized List<Connection> awaitLeft(Duration time) throws InterruptedException {
        long deadline = System.nanoTime() + time.toNanos();
        while (!all().isEmpty()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left < 1) break;
            wait(left);
        }
        return all();
    }

    private List<Connection> all() {
        var all = new ArrayList<>(newcomers);
        all.addAll(admitted);
        return all;
    }
}
