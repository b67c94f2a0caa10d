package dev.elastigres.daemon.settings;

import java.net.InetSocketAddress;
import java.net.URI;

/// An address to listen on or to connect to.
///
/// @param host a name or an address, IPv6 without brackets
/// @param port the port, 0 to 65535
public record HostPort(String host, int port) {

    public HostPort {
        if (host.isEmpty()) throw new IllegalArgumentException("a host without a name");
        if (port < 0 || port > 65535) throw new IllegalArgumentException("not a port: " + port);
    }

    /// Returns a resolved address.
    ///
    /// @param address the address
    public static HostPort of(InetSocketAddress address) {
        return new HostPort(address.getAddress().getHostAddress(), address.getPort());
    }

    /// Returns the host and the port of `uri`, which must have both.
    ///
    /// @param uri the URI
    public static HostPort of(URI uri) {
        String host = uri.getHost();
        boolean inBrackets = host.startsWith("[");
        return new HostPort(
                inBrackets ? host.substring(1, host.length() - 1) : host, uri.getPort());
    }

    /// Looks up the host. The result is unresolved if it is unknown.
    public InetSocketAddress resolve() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
