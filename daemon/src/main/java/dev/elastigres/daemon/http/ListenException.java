package dev.elastigres.daemon.http;

import java.io.IOException;
import java.net.InetSocketAddress;

/// The address cannot be listened on: it is in use, not this machine's, or not allowed. The message
/// is one line for the user who configured the address.
public final class ListenException extends Exception {
    private static final long serialVersionUID = 1;

    ListenException(InetSocketAddress address, IOException cause) {
        super(
                "cannot listen on %s: %s"
                        .formatted(
                                SocketAddresses.name(address),
                                SocketAddresses.reason(address, cause)),
                cause);
    }
}
