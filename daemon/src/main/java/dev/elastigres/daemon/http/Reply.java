package dev.elastigres.daemon.http;

/// What a [Handler] makes of a request: an answer, or a WebSocket.
public sealed interface Reply permits Response, Upgrade {}
