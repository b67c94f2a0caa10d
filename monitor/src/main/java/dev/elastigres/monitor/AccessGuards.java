package dev.elastigres.monitor;

import dev.elastigres.daemon.guard.AllowedOrigins;
import dev.elastigres.daemon.guard.BearerToken;
import dev.elastigres.daemon.guard.CredentialException;
import dev.elastigres.daemon.guard.GuardListener;
import dev.elastigres.daemon.guard.LoggingGuardListener;
import dev.elastigres.daemon.guard.ServerTls;
import dev.elastigres.daemon.http.Encryption;
import dev.elastigres.daemon.http.Handler;
import dev.elastigres.daemon.http.HostCheck;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.log.Log;
import dev.elastigres.daemon.settings.HostPort;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// The access checks of the monitor's servers: TLS, bearer token, origins and host names, each as
/// far as it is configured. A request must pass all of them.
final class AccessGuards {
    private final MonitorConfig.AccessConfig access;
    private final Optional<Encryption> encryption;
    private final Optional<BearerToken> token;
    private final AllowedOrigins origins;
    private final GuardListener report;

    private AccessGuards(
            MonitorConfig.AccessConfig access,
            Optional<Encryption> encryption,
            Optional<BearerToken> token,
            GuardListener report) {
        this.access = access;
        this.encryption = encryption;
        this.token = token;
        this.report = report;
        origins = new AllowedOrigins(access.origins(), report);
    }

    /// Loads the configured keys and tokens.
    ///
    /// @throws CredentialException if a file cannot be used
    static AccessGuards load(MonitorConfig.AccessConfig access, Log log)
            throws CredentialException {
        var report = new LoggingGuardListener(log);
        Encryption encryption =
                access.tls().isPresent() ? ServerTls.with(access.tls().get(), report) : null;
        BearerToken token =
                access.token().isPresent() ? BearerToken.in(access.token().get(), report) : null;
        return new AccessGuards(
                access, Optional.ofNullable(encryption), Optional.ofNullable(token), report);
    }

    /// Returns the TLS of the agents' address; empty if none is configured.
    Optional<Encryption> encryption() {
        return encryption;
    }

    /// Returns the check of requested host names for a server at `address`.
    HostCheck hosts(HostPort address) {
        return HostCheck.of(access.hosts(), address.host(), report::refused);
    }

    /// Returns `handler` behind the token check, if there is a token, and the origin check.
    Handler agents(Handler handler) {
        return programs(token.isPresent() ? token.get().before(handler) : handler);
    }

    /// Returns `handler` behind the origin check, which rejects web pages.
    Handler programs(Handler handler) {
        return origins.before(handler);
    }

    /// Returns `routes` with `page` added at `path`. The page requires the token, if there is one,
    /// unless `path` is among the open pages.
    Routes page(Routes routes, String path, Handler page) {
        boolean open = token.isEmpty() || access.openPages().contains(path);
        return routes.with(path, open ? page : token.get().before(page));
    }

    /// Logs what is accessible without the token. Does nothing without a token.
    ///
    /// @param others what is accessible in addition to the pages
    void logOpenEndpoints(List<String> others, Log log) {
        if (token.isEmpty()) return;
        var open = new TreeSet<>(access.openPages());
        open.remove(AccessSettings.NO_PAGES);
        var all = new ArrayList<>(open);
        all.addAll(others);
        log.info(
                "all endpoints but the open ones require the token",
                "open",
                all.isEmpty() ? "nothing" : String.join(", ", all));
    }
}
