package dev.elastigres.daemon.http;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The head of a request. There is no body: requests that have one are turned away.
///
/// @param peer who asks, as `HOST:PORT`
/// @param method `GET` or `HEAD`
/// @param path as sent, without the query
/// @param headers by lower-case name; the values of a repeated header are joined by commas
public record Request(String peer, String method, String path, Map<String, String> headers) {

    public Request {
        headers = Map.copyOf(headers);
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
