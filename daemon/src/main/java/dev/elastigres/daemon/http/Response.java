package dev.elastigres.daemon.http;

import java.util.HashMap;
import java.util.Map;

/// A complete response. The connection is closed after it.
///
/// @param headers besides the type and length of the content
/// @param body sent as UTF-8
public record Response(int status, String contentType, String body, Map<String, String> headers)
        implements Reply {

    public Response {
        if (status < 200 || status > 599)
            throw new IllegalArgumentException("not the status of an answer: " + status);
        headers = Map.copyOf(headers);
    }

    public Response(int status, String contentType, String body) {
        this(status, contentType, body, Map.of());
    }

    /// Returns a plain text response; a newline is appended to `body`.
    public static Response text(int status, String body) {
        return new Response(status, "text/plain; charset=utf-8", body + "\n");
    }

    public static Response json(int status, String body) {
        return new Response(status, "application/json", body);
    }

    /// Returns this response with one more header.
    public Response with(String header, String value) {
        var more = new HashMap<>(headers);
        more.put(header, value);
        return new Response(status, contentType, body, more);
    }
}
