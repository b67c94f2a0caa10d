package dev.elastigres.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.elastigres.core.units.Moment;
import dev.elastigres.daemon.guard.BearerToken;
import dev.elastigres.daemon.guard.SameOriginCheck;
import dev.elastigres.daemon.http.Handler;
import dev.elastigres.daemon.http.Reply;
import dev.elastigres.daemon.http.Request;
import dev.elastigres.daemon.http.Response;
import dev.elastigres.daemon.http.Routes;
import dev.elastigres.daemon.thread.MonotonicClock;
import dev.elastigres.protocol.json.Json;
import dev.elastigres.protocol.json.JsonException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;

/// The endpoint for actions of operators: `PUT /actions` with the token. Without a configured token
/// every action is refused. Thread-safe.
///
/// No web page of another origin reaches it: it rejects foreign origins, and browsers ask before
/// such a page sends a `PUT` or the header `Authorization`, which is not answered. There are no
/// cookies.
final class OperatorEndpoint {
    static final String PATH = "/actions";

    /// Maximum number of actions within [#WINDOW].
    private static final int MAX_ACTIONS = 20;

    private static final Duration WINDOW = Duration.ofSeconds(10);
    private static final String READ_ONLY =
            "this agent is read-only: start it with --actions-token-file FILE to allow actions";

    private final SameOriginCheck origins;
    private final Optional<BearerToken> token;
    private final ActionRunner runner;

    /// Times of the last actions. Guarded by itself.
    private final ArrayDeque<Moment> last = new ArrayDeque<>();

    /// Executes an action.
    @FunctionalInterface
    interface ActionRunner {
        /// @param by the operator
        Response run(OperatorAction action, String by);
    }

    /// @param origins rejects requests of other web pages
    /// @param token the token that requests must contain; empty to allow no action
    OperatorEndpoint(SameOriginCheck origins, Optional<BearerToken> token, ActionRunner runner) {
        this.origins = origins;
        this.token = token;
        this.runner = runner;
    }

    /// Returns `routes` with those of the actions. `GET` returns whether actions are allowed.
    Routes addTo(Routes routes) {
        Handler guarded =
                token.<Handler>map(it -> it.before(this::act))
                        .orElseGet(() -> _ -> Response.text(403, READ_ONLY));
        boolean allowed = token.isPresent();
        return routes.with(
                        PATH,
                        _ -> Response.json(200, Json.object().with("allowed", allowed).compact()))
                .withPut(PATH, origins.before(guarded));
    }

    private Reply act(Request request) {
        if (isTooFrequent(MonotonicClock.now()))
            return Response.text(
                            429,
                            "more than %d actions within %d s: try again later"
                                    .formatted(MAX_ACTIONS, WINDOW.toSeconds()))
                    .with("Retry-After", Long.toString(WINDOW.toSeconds()));
        try {
            String body = new String(request.body().getBytes(ISO_8859_1), UTF_8);
            return runner.run(OperatorAction.parse(body), request.peer());
        } catch (JsonException e) {
            return Response.text(400, String.valueOf(e.getMessage()));
        }
    }

    private boolean isTooFrequent(Moment now) {
        synchronized (last) {
            while (!last.isEmpty() && now.since(last.getFirst()).compareTo(WINDOW) >= 0)
                last.removeFirst();
            if (last.size() >= MAX_ACTIONS) return true;
            last.addLast(now);
            return false;
        }
    }
}
