package dev.elastigres.testbed.kubernetes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;

/// Forwards connections to the cluster address of the API server's service to the API server on the
/// loopback address. It is what kube-proxy does, for one service.
final class ServiceRelay implements AutoCloseable {
    /// Maximum number of concurrent connections; further ones wait to be accepted.
    private static final int MAX = 256;

    private final ConnectionAcceptor acceptor;
    private final Predicate<InetAddress> clients;
    private final InetSocketAddress target;

    private ServiceRelay(
            ConnectionAcceptor acceptor, Predicate<InetAddress> clients, InetSocketAddress target) {
        this.acceptor = acceptor;
        this.clients = clients;
        this.target = target;
    }

    /// Opens a relay.
    ///
    /// @param address to listen on; an address of this machine
    /// @param clients tests the address of a client; connections of others are closed
    /// @throws IOException if the address cannot be used
    static ServiceRelay open(
            InetSocketAddress address, Predicate<InetAddress> clients, InetSocketAddress target)
            throws IOException {
        var acceptor = ConnectionAcceptor.bind(ServerSocketChannel.open(), address, MAX);
        var relay = new ServiceRelay(acceptor, clients, target);
        acceptor.start(relay::serve);
        return relay;
    }

    private void serve(SocketChannel client)
            throws IOException, ExecutionException, InterruptedException {
        var from = (InetSocketAddress) client.getRemoteAddress();
        if (!clients.test(from.getAddress())) return;
        try (var apiServer = SocketChannel.open()) {
            apiServer.connect(target);
            new ChannelRelay(client, apiServer).run(acceptor.threads());
        }
    }

    /// Closes the relay and all its connections.
    @Override
    public void close() throws IOException {
        acceptor.close();
    }
}
