package dev.elastigres.daemon.http;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// Maps paths to handlers. Immutable: each method that adds a route returns a new table.
public final class Routes {
    private static final String PUT = "PUT ";

    public static final Routes NONE = new Routes(Map.of(), Map.of());

    /// Handlers by path; those of `PUT` by the method and the path.
    private final Map<String, Handler> exact;

    /// Handlers by path prefix.
    private final Map<String, Handler> below;

    private Routes(Map<String, Handler> exact, Map<String, Handler> below) {
        this.exact = Map.copyOf(exact);
        this.below = Map.copyOf(below);
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
        return new Routes(with(exact, method + path, path, handler), below);
    }

    /// Returns these routes with `handler` for all paths below `folder` that have no handler of
    /// their own.
    ///
    /// @param folder path prefix, which ends in a slash
    /// @param handler its handler
    public Routes below(String folder, Handler handler) {
        if (!folder.endsWith("/")) throw new IllegalArgumentException("not a folder: " + folder);
        return new Routes(exact, with(below, folder, folder, handler));
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
        return all;
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
        return new Routes(wrapped(exact, wrapping), wrapped(below, wrapping));
    }

    private static Map<String, Handler> wrapped(
            Map<String, Handler> handlers, UnaryOperator<Handler> wrapping) {
        var more = new HashMap<String, Handler>();
        handlers.forEach((key, handler) -> more.put(key, wrapping.apply(handler)));
        return more;
    }

    boolean takesPuts() {
        return exact.keySet().stream().anyMatch(key -> key.startsWith(PUT));
    }

    Optional<Handler> find(Request request) {
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
