package dev.elastigres.daemon.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Objects;

/// Formats socket addresses as `HOST:PORT`.
final class SocketAddresses {
    private SocketAddresses() {}

    /// Returns the remote address of `socket`.
    static String name(Socket socket) {
        return name((InetSocketAddress) socket.getRemoteSocketAddress());
    }

    /// Returns `HOST:PORT`, with an IPv6 address in brackets.
    static String name(InetSocketAddress address) {
        InetAddress ip = address.getAddress();
        String host = ip == null ? address.getHostString() : ip.getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }

    static String reason(InetSocketAddress address, IOException cause) {
        return address.isUnresolved() ? "unknown host" : reason(cause);
    }

    static String reason(IOException cause) {
        return Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
    }
}
