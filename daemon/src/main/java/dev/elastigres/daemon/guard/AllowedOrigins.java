package dev.elastigres.daemon.guard;

import dev.elastigres.daemon.http.Handler;
import dev.elastigres.daemon.http.Response;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// Refuses requests that a web page made. Browsers name the page's origin with every WebSocket and
/// with every request that changes something, and no program does of its own accord. Without this,
/// every page that a user of this machine opens could act as the agent.
public final class AllowedOrigins {
    private final Set<String> origins;
    private final GuardListener report;

    /// @param origins that are not refused, such as `https://console.example.com`
    public AllowedOrigins(Collection<String> origins, GuardListener report) {
        this.origins =
                origins.stream()
                        .map(it -> it.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
        this.report = report;
    }

    /// `handler` for requests without an origin and with an allowed one; 403 for all others.
    public Handler before(Handler handler) {
        return request -> {
            String origin = request.header("Origin").orElse(null);
            if (origin == null || origins.contains(origin.toLowerCase(Locale.ROOT)))
                return handler.answer(request);
            report.refused(request.peer(), "a web page: " + origin);
            return Response.text(
                    403, "web pages are not served here: see the setting allowed-origins");
        };
    }
}
