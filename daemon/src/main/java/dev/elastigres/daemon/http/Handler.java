package dev.elastigres.daemon.http;

/// Handles the requests of one path, on the virtual thread of the connection. It may block, within
/// the server's set-up time.
@FunctionalInterface
public interface Handler {

    /// Returns the reply. A handler of WebSockets may reject a peer by returning a [Response].
    ///
    /// @param request the request
    Reply answer(Request request);
}
