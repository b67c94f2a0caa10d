/// HTTP/1.1 servers for small responses, and WebSockets for sessions, on blocking sockets and
/// virtual threads.
@NullMarked
package dev.elastigres.daemon.http;

import org.jspecify.annotations.NullMarked;
