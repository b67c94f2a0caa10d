package dev.elastigres.daemon.http;

import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.log.Level;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.Repeats;

/// Logs failures. Each kind of them is limited: a peer that can cause one can cause it again.
public final class FailureLog implements Failures {
    private final Repeats repeats;

    public FailureLog(Log log) {
        repeats = new Repeats(log, () -> new Moment(System.nanoTime()));
    }

    @Override
    public void report(String what, String where, Throwable cause) {
        repeats.write(what, Level.ERROR, what, "where", where, "error", cause);
    }
}
