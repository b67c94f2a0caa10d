package dev.elastigres.daemon.guard;

import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.LogLevel;
import dev.elastigres.daemon.log.LogRateLimiter;
import dev.elastigres.daemon.thread.MonotonicClock;

/// Logs the events of access checks; those that any peer can cause at a bounded rate.
public final class LoggingGuardListener implements GuardListener {
    private final Log log;
    private final LogRateLimiter repeats;

    public LoggingGuardListener(Log log) {
        this.log = log;
        repeats = new LogRateLimiter(log, MonotonicClock::now);
    }

    @Override
    public void renewed(String what) {
        log.info("reloaded", "what", what);
    }

    @Override
    public void kept(String what, CredentialException why) {
        log.warn(
                "cannot be reloaded, the previous version stays in force",
                "what",
                what,
                "error",
                why);
    }

    @Override
    public void refused(String peer, String why) {
        // A peer can choose the details, so that messages are limited by kind alone.
        String kind = why.split(":", 2)[0];
        repeats.write(
                "refused " + kind, LogLevel.WARN, "peer refused", "peer", peer, "reason", why);
    }
}
