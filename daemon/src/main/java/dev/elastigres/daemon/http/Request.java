package dev.elastigres.daemon.http;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A request. Only a `PUT` has a body, and a short one: others that have one are turned away.
///
/// @param peer who asks, as `HOST:PORT`
/// @param method `GET` or `HEAD`, and `PUT` where the server has a route for it
/// @param path as sent, without the query
/// @param headers by lower-case name; the values of a repeated header are joined by commas
/// @param body one character a byte; empty but for a `PUT`
public record Request(
        String peer, String method, String path, Map<String, String> headers, String body) {

    public Request {
        headers = Map.copyOf(headers);
    }

    /// Without a body.
    public Request(String peer, String method, String path, Map<String, String> headers) {
        this(peer, method, path, headers, "");
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /// Without the headers, which may hold secrets.
    @Override
    public String toString() {
        return method + " " + path;
    }
}
