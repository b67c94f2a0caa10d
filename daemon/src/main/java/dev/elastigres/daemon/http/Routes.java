package dev.elastigres.daemon.http;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Which handler answers which path. Immutable: each `with` is a new table.
public final class Routes {
    private static final String PUT = "PUT ";

    public static final Routes NONE = new Routes(Map.of(), Map.of());

    /// By the path; those for a `PUT` with the method before it.
    private final Map<String, Handler> exact;

    /// By what a path begins with.
    private final Map<String, Handler> below;

    private Routes(Map<String, Handler> exact, Map<String, Handler> below) {
        this.exact = Map.copyOf(exact);
        this.below = Map.copyOf(below);
    }

    /// These routes and `handler` for exactly `path`.
    public Routes with(String path, Handler handler) {
        return with("", path, handler);
    }

    /// These routes and `handler` for what is put to exactly `path`. Without such a route, a server
    /// takes no requests with a body.
    public Routes withPut(String path, Handler handler) {
        return with(PUT, path, handler);
    }

    private Routes with(String method, String path, Handler handler) {
        return new Routes(with(exact, method + path, path, handler), below);
    }

    /// These routes and `handler` for every path below `folder` that has no handler of its own.
    ///
    /// @param folder ends in a slash
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

    /// These routes and `others`, which share no path.
    public Routes and(Routes others) {
        Routes all = this;
        for (var route : others.exact.entrySet()) all = all.with(route.getKey(), route.getValue());
        for (var route : others.below.entrySet()) all = all.below(route.getKey(), route.getValue());
        return all;
    }

    /// These routes and a WebSocket for everybody at exactly `path`.
    public Routes withWebSocket(String path, WebSocketSession session) {
        var upgrade = new Upgrade(session);
        return with(path, _ -> upgrade);
    }

    boolean takesPuts() {
        return exact.keySet().stream().anyMatch(key -> key.startsWith(PUT));
    }

    Optional<Handler> find(Request request) {
        String method = request.method().equals("PUT") ? PUT : "";
        Optional<Handler> own = Optional.ofNullable(exact.get(method + request.path()));
        return own.isPresent() || !method.isEmpty() ? own : findBelow(request.path());
    }

    /// Of the deepest folder that the path is in.
    private Optional<Handler> findBelow(String path) {
        return below.entrySet().stream()
                .filter(it -> path.startsWith(it.getKey()) && path.length() > it.getKey().length())
                .max(Comparator.comparingInt(it -> it.getKey().length()))
                .map(Map.Entry::getValue);
    }
}
