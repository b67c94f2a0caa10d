package dev.elastigres.monitor;

import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.guard.BearerToken;
import dev.elastigres.daemon.guard.CredentialException;
import dev.elastigres.daemon.guard.GuardReport;
import dev.elastigres.daemon.guard.Tls;
import dev.elastigres.daemon.http.Encryption;
import dev.elastigres.daemon.http.Handler;
import dev.elastigres.daemon.log.Level;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.log.Repeats;
import java.util.Optional;

/// What agents must pass, as far as it is switched on. With both, they must pass both.
record Guards(Optional<Encryption> encryption, Optional<BearerToken> token) {

    /// @throws CredentialException when a file cannot be used
    static Guards load(MonitorConfig.Access access, Log log) throws CredentialException {
        var report = new Logged(log, new Repeats(log, () -> new Moment(System.nanoTime())));
        Encryption encryption =
                access.tls().isPresent() ? Tls.with(access.tls().get(), report) : null;
        BearerToken token =
                access.token().isPresent() ? BearerToken.in(access.token().get(), report) : null;
        return new Guards(Optional.ofNullable(encryption), Optional.ofNullable(token));
    }

    Handler before(Handler handler) {
        return token.isPresent() ? token.get().before(handler) : handler;
    }

    /// @param repeats for what strangers can bring about
    private record Logged(Log log, Repeats repeats) implements GuardReport {

        @Override
        public void renewed(String what) {
            log.info("read again", "what", what);
        }

        @Override
        public void kept(String what, CredentialException why) {
            log.warn("cannot be read again, the old stays in force", "what", what, "error", why);
        }

        @Override
        public void refused(String peer, String why) {
            // Details are the peer's to choose: each kind is one matter, whatever they are.
            String kind = why.split(":", 2)[0];
            repeats.write(
                    "refused " + kind, Level.WARN, "peer refused", "peer", peer, "reason", why);
        }
    }
}
