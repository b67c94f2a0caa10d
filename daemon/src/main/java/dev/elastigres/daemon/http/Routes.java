package dev.elastigres.daemon.http;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;

/// Maps paths to handlers. Immutable: each method that adds a route returns a new table.
public final class Routes {
    private static final String PUT = "PUT ";

    /// Maximum body length of a `PUT` in bytes: enough for a few names and numbers.
    private static final int MAX_PUT_LENGTH = 1024;

    public static final Routes NONE = new Routes(Map.of(), Map.of(), Optional.empty());

    /// Handlers by path; those of `PUT` by the method and the path.
    private final Map<String, Handler> exact;

    /// Handlers by path prefix.
    private final Map<String, Handler> below;

    private final Optional<CatchAllRoute> catchAll;

    /// A handler for every method and path that has no other.
    ///
    /// @param maxBodyLength maximum length of a request's body in bytes
    private record CatchAllRoute(int maxBodyLength, Handler handler) {}

    private Routes(
            Map<String, Handler> exact,
            Map<String, Handler> below,
            Optional<CatchAllRoute> catchAll) {
        this.exact = Map.copyOf(exact);
        this.below = Map.copyOf(below);
        this.catchAll = catchAll;
    }

    /// Returns these routes with `handler` for every request that no other route matches, with any
    /// method. Such requests may have a body.
    ///
    /// @param maxBodyLength maximum length of a body in bytes, at most 4 MiB; longer ones are
    ///     rejected with status 413
    /// @param handler the handler
    public Routes withCatchAll(int maxBodyLength, Handler handler) {
        if (maxBodyLength < 0 || maxBodyLength > HeadReader.MAX_BODY_LENGTH)
            throw new IllegalArgumentException("not the length of a body: " + maxBodyLength);
        return new Routes(exact, below, Optional.of(new CatchAllRoute(maxBodyLength, handler)));
    }

    /// Returns these routes with `handler` for exactly `path`.
    ///
    /// @param path the path
    /// @param handler its handler
    public Routes with(String path, Handler handler) {
        return with("", path, handler);
    }

    /// Returns these routes with `handler` for `PUT` requests of exactly `path`. Without such a
    /// route, a server rejects requests with a body.
    ///
    /// @param path the path
    /// @param handler its handler
    public Routes withPut(String path, Handler handler) {
        return with(PUT, path, handler);
    }

    private Routes with(String method, String path, Handler handler) {
        return new Routes(with(exact, method + path, path, handler), below, catchAll);
    }

    /// Returns these routes with `handler` for all paths below `folder` that have no handler of
    /// their own.
    ///
    /// @param folder path prefix, which ends in a slash
    /// @param handler its handler
    public Routes below(String folder, Handler handler) {
        if (!folder.endsWith("/")) throw new IllegalArgumentException("not a folder: " + folder);
        return new Routes(exact, with(below, folder, folder, handler), catchAll);
    }

    private static Map<String, Handler> with(
            Map<String, Handler> handlers, String key, String path, Handler handler) {
        if (!path.startsWith("/") || path.contains("?"))
            throw new IllegalArgumentException("not a path: " + path);
        var more = new HashMap<>(handlers);
        if (more.put(key, handler) != null)
            throw new IllegalArgumentException("two handlers for " + key);
        return more;
    }

    /// Returns these routes and `others`.
    ///
    /// @param others other routes, which share no path with these
    public Routes and(Routes others) {
        Routes all = this;
        for (var route : others.exact.entrySet()) all = all.with(route.getKey(), route.getValue());
        for (var route : others.below.entrySet()) all = all.below(route.getKey(), route.getValue());
        if (others.catchAll.isEmpty()) return all;
        if (catchAll.isPresent()) throw new IllegalArgumentException("two handlers for all paths");
        return new Routes(all.exact, all.below, others.catchAll);
    }

    /// Returns these routes with a WebSocket at exactly `path`, for all peers.
    ///
    /// @param path the path
    /// @param session handles the WebSocket
    public Routes withWebSocket(String path, WebSocketSession session) {
        var upgrade = new Upgrade(session);
        return with(path, _ -> upgrade);
    }

    /// Returns these routes with each handler replaced by the result of `wrapping`.
    ///
    /// @param wrapping returns the handler to use in place of the given one
    public Routes wrapped(UnaryOperator<Handler> wrapping) {
        return new Routes(
                wrapped(exact, wrapping),
                wrapped(below, wrapping),
                catchAll.map(
                        it -> new CatchAllRoute(it.maxBodyLength, wrapping.apply(it.handler))));
    }

    private static Map<String, Handler> wrapped(
            Map<String, Handler> handlers, UnaryOperator<Handler> wrapping) {
        var more = new HashMap<String, Handler>();
        handlers.forEach((key, handler) -> more.put(key, wrapping.apply(handler)));
        return more;
    }

    /// Returns the maximum length of the body of a request with `method`; empty if the method is
    /// not served.
    OptionalInt maxBodyLength(String method) {
        if (catchAll.isPresent()) return OptionalInt.of(catchAll.get().maxBodyLength);
        return switch (method) {
            case "GET", "HEAD" -> OptionalInt.of(0);
            case "PUT" -> takesPuts() ? OptionalInt.of(MAX_PUT_LENGTH) : OptionalInt.empty();
            default -> OptionalInt.empty();
        };
    }

    private boolean takesPuts() {
        return exact.keySet().stream().anyMatch(key -> key.startsWith(PUT));
    }

    Optional<Handler> find(Request request) {
        return findSpecific(request).or(() -> catchAll.map(CatchAllRoute::handler));
    }

    private Optional<Handler> findSpecific(Request request) {
        String method = request.method().equals("PUT") ? PUT : "";
        Optional<Handler> own = Optional.ofNullable(exact.get(method + request.path()));
        return own.isPresent() || !method.isEmpty() ? own : findBelow(request.path());
    }

    /// Returns the handler of the longest matching prefix.
    private Optional<Handler> findBelow(String path) {
        return below.entrySet().stream()
                .filter(it -> path.startsWith(it.getKey()) && path.length() > it.getKey().length())
                .max(Comparator.comparingInt(it -> it.getKey().length()))
                .map(Map.Entry::getValue);
    }
}
