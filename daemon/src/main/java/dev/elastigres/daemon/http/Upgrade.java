package dev.elastigres.daemon.http;

/// Accepts a WebSocket. If the request is no valid WebSocket handshake, the server answers with an
/// error and `session` does not run.
///
/// @param session handles the WebSocket
public record Upgrade(WebSocketSession session) implements Reply {}
