package dev.elastigres.testbed.kubernetes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Predicate;

/// Forwards connections to the cluster address of the API server's service to the API server on the
/// loopback address. It is what kube-proxy does, for one service.
final class ServiceRelay implements AutoCloseable {
    /// Maximum number of concurrent connections; further ones wait to be accepted.
    private static final int MAX = 256;

    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ServerSocketChannel server;
    private final Predicate<InetAddress> clients;
    private final InetSocketAddress target;
    private final Semaphore permits = new Semaphore(MAX);

    /// Interrupting these threads closes the channels that they use.
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private ServiceRelay(
            ServerSocketChannel server, Predicate<InetAddress> clients, InetSocketAddress target) {
        this.server = server;
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
        var server = ServerSocketChannel.open();
        try {
            server.bind(address);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        var relay = new ServiceRelay(server, clients, target);
        relay.threads.execute(relay::acceptAll);
        return relay;
    }

    /// Returns the address that it listens on.
    InetSocketAddress address() throws IOException {
        return (InetSocketAddress) server.getLocalAddress();
    }

    private void acceptAll() {
        try {
            while (server.isOpen()) {
                permits.acquire();
                accept();
            }
        } catch (InterruptedException _) {
            // Only close() interrupts this thread.
        }
    }

    private void accept() throws InterruptedException {
        try {
            SocketChannel client = server.accept();
            threads.execute(() -> serve(client));
        } catch (IOException _) {
            // The channel is closed, or the process is temporarily out of file descriptors.
            permits.release();
            Thread.sleep(PAUSE);
        }
    }

    private void serve(SocketChannel client) {
        try (client;
                var apiServer = SocketChannel.open()) {
            var from = (InetSocketAddress) client.getRemoteAddress();
            if (!clients.test(from.getAddress())) return;
            apiServer.connect(target);
            new ChannelRelay(client, apiServer).run(threads);
        } catch (IOException | ExecutionException _) {
            // One connection has ended, and the other is closed with it.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            permits.release();
        }
    }

    /// Closes the relay and all its connections.
    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
        threads.close();
    }
}
