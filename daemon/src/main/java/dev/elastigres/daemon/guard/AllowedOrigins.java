package dev.elastigres.daemon.guard;

import dev.elastigres.daemon.http.Handler;
import dev.elastigres.daemon.http.Response;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// Rejects requests of web pages. Browsers send the page's origin with each WebSocket handshake and
/// each request that changes something; other programs send no origin on their own. Without this
/// check, every page that a user of this machine opens could act as the agent.
public final class AllowedOrigins {
    private final Set<String> origins;
    private final GuardListener report;

    /// Creates the check.
    ///
    /// @param origins allowed origins, such as `https://console.example.com`
    /// @param report receives rejections
    public AllowedOrigins(Collection<String> origins, GuardListener report) {
        this.origins =
                origins.stream()
                        .map(it -> it.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
        this.report = report;
    }

    /// Returns `handler` for requests without an origin or with an allowed one, and 403 for others.
    ///
    /// @param handler the handler to protect
    public Handler before(Handler handler) {
        return request -> {
            String origin = request.header("Origin").orElse(null);
            if (origin == null || origins.contains(origin.toLowerCase(Locale.ROOT)))
                return handler.answer(request);
            report.refused(request.peer(), "origin not allowed: " + origin);
            return Response.text(
                    403, "this origin is not allowed: see the setting allowed-origins");
        };
    }
}
