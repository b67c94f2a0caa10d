package dev.elastigres.testbed.kubernetes;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/// Accepts connections and serves each in a virtual thread of its own. Closing it closes all of
/// them.
final class ConnectionAcceptor implements AutoCloseable {
    private static final Duration PAUSE = Duration.ofMillis(100);

    private final ServerSocketChannel server;
    private final Semaphore permits;

    /// Interrupting these threads closes the channels that they use.
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    private ConnectionAcceptor(ServerSocketChannel server, int max) {
        this.server = server;
        permits = new Semaphore(max);
    }

    /// Serves one connection, which is closed afterwards.
    interface ConnectionHandler {
        void serve(SocketChannel client)
                throws IOException, ExecutionException, InterruptedException;
    }

    /// Binds `server`, which is closed if that fails.
    ///
    /// @param max maximum number of concurrent connections; further ones wait to be accepted
    static ConnectionAcceptor bind(ServerSocketChannel server, SocketAddress address, int max)
            throws IOException {
        try {
            server.bind(address);
        } catch (IOException e) {
            server.close();
            throw e;
        }
        return new ConnectionAcceptor(server, max);
    }

    /// Returns the threads for further work on the connections.
    ExecutorService threads() {
        return threads;
    }

    /// Accepts connections until [#close()].
    void start(ConnectionHandler handler) {
        threads.execute(() -> acceptAll(handler));
    }

    private void acceptAll(ConnectionHandler handler) {
        try {
            while (server.isOpen()) {
                permits.acquire();
                accept(handler);
            }
        } catch (InterruptedException _) {
            // Only close() interrupts this thread.
        }
    }

    private void accept(ConnectionHandler handler) throws InterruptedException {
        try {
            SocketChannel client = server.accept();
            threads.execute(() -> serve(client, handler));
        } catch (IOException _) {
            // The channel is closed, or the process is temporarily out of file descriptors.
            permits.release();
            Thread.sleep(PAUSE);
        }
    }

    private void serve(SocketChannel client, ConnectionHandler handler) {
        try (client) {
            handler.serve(client);
        } catch (IOException | ExecutionException _) {
            // One connection has ended, and the other is closed with it.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            permits.release();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
        threads.close();
    }
}
