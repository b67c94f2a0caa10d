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

/// The client's end of one WebSocket, for blocking code: one thread sends and receives.
public final class TextSocket implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(4);
    private static final Duration FAREWELL = Duration.ofSeconds(1);
    private static final int MAX_WAITING = 256;
    private static final int MAX_LENGTH = 64 << 10;

    /// Ends with the socket, unless it is shared.
    private final Optional<HttpClient> own;

    private final WebSocket socket;
    private final Incoming incoming;

    private TextSocket(Optional<HttpClient> own, WebSocket socket, Incoming incoming) {
        this.own = own;
        this.socket = socket;
        this.incoming = incoming;
    }

    /// What came, in its order.
    public sealed interface Arrival {
        /// @param nanoTime when it came, by the monotonic clock
        record Text(String text, long nanoTime) implements Arrival {}

        /// Nothing comes after it.
        record Closed(String why) implements Arrival {}
    }

    public static TextSocket connect(URI uri) throws LinkException, InterruptedException {
        HttpClient client = HttpClient.newHttpClient();
        try {
            return connect(client, Optional.of(client), uri, LIMIT, Optional.empty());
        } catch (LinkException | InterruptedException e) {
            client.shutdownNow();
            throw e;
        }
    }

    /// A peer that is one of many, and is left when it sends more than its [FrameRate].
    ///
    /// @param client shared with others, and left as it is
    public static TextSocket connect(HttpClient client, URI uri, Duration limit)
            throws LinkException, InterruptedException {
        return connect(client, Optional.empty(), uri, limit, Optional.of(new FrameRate()));
    }

    private static TextSocket connect(
            HttpClient client,
            Optional<HttpClient> own,
            URI uri,
            Duration limit,
            Optional<FrameRate> rate)
            throws LinkException, InterruptedException {
        var incoming = new Incoming(rate);
        var connecting =
                client.newWebSocketBuilder().connectTimeout(limit).buildAsync(uri, incoming);
        try {
            WebSocket socket = within(limit, connecting, "cannot connect to " + uri);
            return new TextSocket(own, socket, incoming);
        } catch (LinkException | InterruptedException e) {
            // A connection that comes too late is nobody's.
            var _ = connecting.thenAccept(WebSocket::abort);
            throw e;
        }
    }

    public void send(String text) throws LinkException, InterruptedException {
        var _ = within(LIMIT, socket.sendText(text, true), "cannot send to the monitor");
    }

    /// Null when nothing came within `patience`, or when it was woken.
    public @Nullable Arrival receive(Duration patience) throws InterruptedException {
        Optional<Arrival> next = incoming.waiting.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
        return next == null ? incoming.end : next.orElse(null);
    }

    /// Makes whoever receives return at once. For any thread.
    public void wake() {
        // Where something waits already, nobody sleeps.
        if (incoming.waiting.isEmpty()) incoming.waiting.offer(Optional.empty());
    }

    /// Ends it for whoever receives, without a word to the peer. For any thread.
    public void abort(String why) {
        socket.abort();
        incoming.end(why);
    }

    private static <T> T within(Duration limit, Future<T> future, String what)
            throws LinkException, InterruptedException {
        try {
            return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new LinkException(what, e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw new LinkException(what + " within " + limit.toMillis() + " ms", e);
        }
    }

    /// Says goodbye when that can be said at once.
    @Override
    public void close() {
        try {
            var _ =
                    within(
                            FAREWELL,
                            socket.sendClose(WebSocket.NORMAL_CLOSURE, "done"),
                            "cannot close");
        } catch (LinkException _) {
            // Gone already.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        socket.abort();
        own.ifPresent(HttpClient::shutdownNow);
    }

    /// Called by one thread of the client's at a time.
    private static final class Incoming implements WebSocket.Listener {
        /// Empty for a wake.
        final BlockingQueue<Optional<Arrival>> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
        volatile Arrival.@Nullable Closed end;

        private final Optional<FrameRate> rate;
        private final StringBuilder partial = new StringBuilder();

        Incoming(Optional<FrameRate> rate) {
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
                var text = new Arrival.Text(partial.toString(), now);
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
            var closed = new Arrival.Closed(why);
            end = closed;
            // Wakes whoever waits; when the queue is full, nobody does.
            var _ = waiting.offer(Optional.of(closed));
        }
    }
}
