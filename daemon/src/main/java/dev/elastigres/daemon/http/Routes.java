package dev.elastigres.daemon.http;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Which handler answers which path. Immutable: each `with` is a new table.
public final class Routes {
    private static final String PUT = "PUT ";

    public static final Routes NONE = new Routes(Map.of());

    /// By the path; those for a `PUT` with the method before it.
    private final Map<String, Handler> exact;

    private Routes(Map<String, Handler> exact) {
        this.exact = Map.copyOf(exact);
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
        if (!path.startsWith("/") || path.contains("?"))
            throw new IllegalArgumentException("not a path: " + path);
        var more = new HashMap<>(exact);
        if (more.put(method + path, handler) != null)
            throw new IllegalArgumentException("two handlers for " + method + path);
        return new Routes(more);
    }

    /// These routes and `others`, which share no path.
    public Routes and(Routes others) {
        Routes all = this;
        for (var route : others.exact.entrySet()) all = all.with(route.getKey(), route.getValue());
        return all;
    }

    /// These routes and a WebSocket for everybody at exactly `path`.
    public Routes withWebSocket(String path, Session session) {
        var upgrade = new Upgrade(session);
        return with(path, _ -> upgrade);
    }

    boolean takesPuts() {
        return exact.keySet().stream().anyMatch(key -> key.startsWith(PUT));
    }

    Optional<Handler> find(Request request) {
        String method = request.method().equals("PUT") ? PUT : "";
        return Optional.ofNullable(exact.get(method + request.path()));
    }
}
