package dev.elastigres.daemon.http;

/// Lets the peer have its WebSocket. A request that asked for none, or asked wrongly, is answered
/// with an error by the server, and `session` never runs.
public record Upgrade(WebSocketSession session) implements Reply {}
