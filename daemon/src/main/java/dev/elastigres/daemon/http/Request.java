package dev.elastigres.daemon.http;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// An HTTP request. Bodies have a limited length, and are only accepted where a route
/// allows them.
///
/// @param peer the peer's address, as `HOST:PORT`
/// @param method `GET`, `HEAD`, `PUT` if the server has a route for it, or any method if it has
///     one for all requests
/// @param path the path as sent, without the query
/// @param headers headers by lower-case name; values of a repeated header are joined by commas
/// @param body the body, one character per byte; empty if there is none
public record Request(
        String peer, String method, String path, Map<String, String> headers, String body) {

    public Request {
        headers = Map.copyOf(headers);
    }

    /// Creates a request without a body.
    ///
    /// @param peer the peer's address, as `HOST:PORT`
    /// @param method the method
    /// @param path the path, without the query
    /// @param headers headers by lower-case name
    public Request(String peer, String method, String path, Map<String, String> headers) {
        this(peer, method, path, headers, "");
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    /// Returns method and path, without the headers, which may contain secrets.
    @Override
    public String toString() {
        return method + " " + path;
    }
}
