package dev.elastigres.agent.monitor;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// A blocking WebSocket client for text messages. One thread sends and receives.
public final class TextWebSocket implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(4);
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
    private static final int MAX_WAITING = 256;
    private static final int MAX_LENGTH = 64 << 10;

    /// The client closed with the socket; empty if it is shared.
    private final Optional<HttpClient> own;

    private final WebSocket socket;
    private final FrameListener incoming;

    private TextWebSocket(Optional<HttpClient> own, WebSocket socket, FrameListener incoming) {
        this.own = own;
        this.socket = socket;
        this.incoming = incoming;
    }

    /// The received input, in order.
    public sealed interface SocketInput {
        /// @param nanoTime time of receipt, monotonic, in nanoseconds
        record Text(String text, long nanoTime) implements SocketInput {}

        /// The last input.
        record Closed(String why) implements SocketInput {}
    }

    public static TextWebSocket connect(URI uri)
            throws MonitorConnectionException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        try {
            return connect(client, Optional.of(client), uri, TIMEOUT, Optional.empty());
        } catch (MonitorConnectionException | InterruptedException e) {
            client.shutdownNow();
            throw e;
        }
    }

    /// Connects to one of many peers. The connection ends if the peer exceeds its [FrameRate].
    ///
    /// @param client shared with others; not closed
    public static TextWebSocket connect(HttpClient client, URI uri, Duration timeout)
            throws MonitorConnectionException, InterruptedException {
        return connect(client, Optional.empty(), uri, timeout, Optional.of(new FrameRate()));
    }

    private static TextWebSocket connect(
            HttpClient client,
            Optional<HttpClient> own,
            URI uri,
            Duration timeout,
            Optional<FrameRate> rate)
            throws MonitorConnectionException, InterruptedException {
        var incoming = new FrameListener(rate);
        var connecting =
                client.newWebSocketBuilder().connectTimeout(timeout).buildAsync(uri, incoming);
        try {
            WebSocket socket = within(timeout, connecting, "cannot connect to " + uri);
            return new TextWebSocket(own, socket, incoming);
        } catch (MonitorConnectionException | InterruptedException e) {
            // Discard a connection that is established after the timeout.
            var _ = connecting.thenAccept(WebSocket::abort);
            throw e;
        }
    }

    public void send(String text) throws MonitorConnectionException, InterruptedException {
        var _ = within(TIMEOUT, socket.sendText(text, true), "cannot send to the monitor");
    }

    /// Returns the next input; null if none arrived within `timeout` or after [#wake].
    public @Nullable SocketInput receive(Duration timeout) throws InterruptedException {
        Optional<SocketInput> next = incoming.waiting.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
        return next == null ? incoming.end : next.orElse(null);
    }

    /// Makes the receiving thread return at once. Thread-safe.
    public void wake() {
        // A nonempty queue wakes the receiving thread anyway.
        if (incoming.waiting.isEmpty()) incoming.waiting.offer(Optional.empty());
    }

    /// Ends the connection for the receiving thread without a close message. Thread-safe.
    public void abort(String why) {
        socket.abort();
        incoming.end(why);
    }

    private static <T> T within(Duration timeout, Future<T> future, String what)
            throws MonitorConnectionException, InterruptedException {
        try {
            return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new MonitorConnectionException(what, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new MonitorConnectionException(what + " within " + timeout.toMillis() + " ms", e);
        }
    }

    /// Says goodbye when that can be said at once.
    @Override
    public void close() {
        try {
            var _ =
                    within(
                            CLOSE_TIMEOUT,
                            socket.sendClose(WebSocket.NORMAL_CLOSURE, "done"),
                            "cannot close");
        } catch (MonitorConnectionException _) {
            // The connection has ended already.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        socket.abort();
        own.ifPresent(HttpClient::shutdownNow);
    }

    /// Called by one thread of the HTTP client at a time.
    private static final class FrameListener implements WebSocket.Listener {
        /// An empty element wakes the receiving thread.
        final BlockingQueue<Optional<SocketInput>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
        volatile SocketInput.@Nullable Closed end;

        private final Optional<FrameRate> rate;
        private final StringBuilder partial = new StringBuilder();

        FrameListener(Optional<FrameRate> rate) {
            this.rate = rate;
        }

        @Override
        public @Nullable CompletionStage<?> onText(
                WebSocket socket, CharSequence data, boolean last) {
            long now = System.nanoTime();
            if (isTooMuch(socket, now)) return null;
            partial.append(data);
            if (partial.length() > MAX_LENGTH) {
                lose(socket, "a message has over " + MAX_LENGTH + " characters");
                return null;
            }
            if (last) {
                var text = new SocketInput.Text(partial.toString(), now);
                partial.setLength(0);
                if (!waiting.offer(Optional.of(text))) {
                    lose(socket, "over " + MAX_WAITING + " messages wait to be read");
                    return null;
                }
            }
            socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onBinary(
                WebSocket socket, ByteBuffer data, boolean last) {
            if (!isTooMuch(socket, System.nanoTime())) socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPing(WebSocket socket, ByteBuffer message) {
            if (!isTooMuch(socket, System.nanoTime())) socket.request(1);
            return null;
        }

        @Override
        public @Nullable CompletionStage<?> onPong(WebSocket socket, ByteBuffer message) {
            if (!isTooMuch(socket, System.nanoTime())) socket.request(1);
            return null;
        }

        private boolean isTooMuch(WebSocket socket, long now) {
            if (rate.isEmpty() || rate.get().allows(now)) return false;
            lose(socket, "over " + FrameRate.MAX_PER_SECOND + " frames a second");
            return true;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            end("closed with code " + code + (reason.isEmpty() ? "" : ": " + reason));
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            end(error.getMessage() == null ? error.toString() : error.getMessage());
        }

        private void lose(WebSocket socket, String why) {
            socket.abort();
            end(why);
        }

        private void end(String why) {
            var closed = new SocketInput.Closed(why);
            end = closed;
            // Wakes a waiting receiver; if the queue is full, none is waiting.
            var _ = waiting.offer(Optional.of(closed));
        }
    }
}
