package dev.elastigres.daemon.http;

import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogRateLimiter;
import dev.elastigres.daemon.thread.MonotonicClock;

/// Logs failures with a rate limit for each kind, because a peer that causes a failure can repeat
/// it.
public final class FailureLog implements FailureListener {
    private final LogRateLimiter repeats;

    public FailureLog(Log log) {
        repeats = new LogRateLimiter(log, MonotonicClock::now);
    }

    @Override
    public void report(String what, String where, Throwable cause) {
        repeats.write(what, LogLevel.ERROR, what, "where", where, "error", cause);
    }
}
