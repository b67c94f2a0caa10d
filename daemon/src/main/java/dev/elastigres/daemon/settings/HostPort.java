package dev.elastigres.daemon.settings;

import java.net.InetSocketAddress;
import java.net.URI;

/// A place to listen on or to connect to.
///
/// @param host a name or an address, IPv6 without brackets
public record HostPort(String host, int port) {

    public HostPort {
        if (host.isEmpty()) throw new IllegalArgumentException("a host without a name");
        if (port < 0 || port > 65535) throw new IllegalArgumentException("not a port: " + port);
    }

    /// A resolved address as it would be written.
    public static HostPort of(InetSocketAddress address) {
        return new HostPort(address.getAddress().getHostAddress(), address.getPort());
    }

    /// The host and the port of `uri`, which has both.
    public static HostPort of(URI uri) {
        String host = uri.getHost();
        boolean inBrackets = host.startsWith("[");
        return new HostPort(
                inBrackets ? host.substring(1, host.length() - 1) : host, uri.getPort());
    }

    /// Looks the host up; the result is unresolved when nobody knows it.
    public InetSocketAddress resolve() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
