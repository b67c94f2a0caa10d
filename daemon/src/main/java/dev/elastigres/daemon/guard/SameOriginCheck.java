package dev.elastigres.daemon.guard;

import dev.elastigres.daemon.http.Handler;
import dev.elastigres.daemon.http.Request;
import dev.elastigres.daemon.http.Response;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/// Rejects requests that a web page of another origin makes a browser send. Such a page cannot read
/// the response, but it could occupy connections or cause actions. Programs that are no browsers
/// send neither of the two headers.
public final class SameOriginCheck {
    /// Values of `Sec-Fetch-Site` for requests of the own page, and of a user who typed the
    /// address.
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private final BiConsumer<String, String> refusals;

    /// Creates the check.
    ///
    /// @param refusals receives each rejected peer and the reason
    public SameOriginCheck(BiConsumer<String, String> refusals) {
        this.refusals = refusals;
    }

    /// Returns `handler` for requests of the own origin, and 403 for others.
    ///
    /// @param handler the handler to protect
    public Handler before(Handler handler) {
        return request -> {
            Optional<String> foreign = foreign(request);
            if (foreign.isEmpty()) return handler.answer(request);
            refusals.accept(request.peer(), foreign.get());
            return Response.text(403, "requests of other web pages are not allowed");
        };
    }

    private static Optional<String> foreign(Request request) {
        Optional<String> origin = request.header("Origin");
        String host = request.header("Host").orElse("");
        if (origin.isPresent()
                && !origin.get().equalsIgnoreCase("http://" + host)
                && !origin.get().equalsIgnoreCase("https://" + host))
            return Optional.of("origin not allowed: " + origin.get());
        return request.header("Sec-Fetch-Site")
                .filter(it -> !OWN_SITES.contains(it))
                .map(it -> "request of another web page: " + it);
    }
}
