package dev.elastigres.daemon.http;

import java.util.HashMap;
import java.util.Map;

/// An endless response of server-sent events (`text/event-stream`). It ends with its session, or
/// with the connection. It occupies one of the server's session places, so that open streams never
/// displace other requests; if all places are taken, the response is 503.
///
/// @param headers besides the type of the content
/// @param session writes the events
public record EventStream(Map<String, String> headers, EventStreamSession session)
        implements Reply {
    public EventStream {
        headers = Map.copyOf(headers);
    }

    /// Creates a stream without further headers.
    public EventStream(EventStreamSession session) {
        this(Map.of(), session);
    }

    /// Returns this stream with one more header.
    public EventStream with(String header, String value) {
        var more = new HashMap<>(headers);
        more.put(header, value);
        return new EventStream(more, session);
    }
}
