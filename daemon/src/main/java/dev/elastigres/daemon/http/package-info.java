/// The server edge: HTTP/1.1 for small answers, and WebSockets for sessions, on blocking sockets
/// and virtual threads.
@NullMarked
package dev.elastigres.daemon.http;

import org.jspecify.annotations.NullMarked;
