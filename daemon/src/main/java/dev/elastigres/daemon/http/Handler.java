package dev.elastigres.daemon.http;

/// Answers the requests to one path, on the virtual thread of the connection: it may block, within
/// the server's set-up time.
@FunctionalInterface
public interface Handler {

    /// A handler of WebSockets may turn a peer away by answering with a [Response] instead.
    Reply answer(Request request);
}
