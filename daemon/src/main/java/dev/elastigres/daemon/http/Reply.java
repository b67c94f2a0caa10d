package dev.elastigres.daemon.http;

/// The result of a [Handler]: a response, a stream of events or a WebSocket upgrade.
public sealed interface Reply permits Response, EventStream, Upgrade {}
