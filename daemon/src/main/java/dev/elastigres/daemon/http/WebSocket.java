package dev.elastigres.daemon.http;

import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One open WebSocket (RFC 6455), the server's end, for blocking code on virtual threads. One
/// thread receives; any thread may send or close. Pings are sent and answered here.
public final class WebSocket {
    private final PeerOutput wire;
    private final String peer;
    private final PeerInput input;
    private final ServerLimits limits;
    private final Watchdog alarms;
    private final SessionSlot slot;
    private final FrameReader frames;
    private final Outbox outbox;
    private final CountDownLatch flushed = new CountDownLatch(1);
    private final ReentrantLock reading = new ReentrantLock();

    /// Why this ends; set once, by whatever comes first.
    private final AtomicReference<@Nullable Closed> end = new AtomicReference<>();

    /// Nothing more is to be read. Guarded by `reading`.
    private boolean over;

    /// One of the limited number of sessions of a server.
    interface SessionSlot {
        /// False when all are taken.
        boolean acquire();

        /// The session has begun to close: its slot may go to another one.
        void release();
    }

    WebSocket(
            PeerOutput wire,
            PeerInput input,
            ServerLimits limits,
            Watchdog alarms,
            SessionSlot slot) {
        this.wire = wire;
        peer = wire.peer();
        this.input = input;
        this.limits = limits;
        this.alarms = alarms;
        this.slot = slot;
        outbox = new Outbox(limits.outbox());
        frames =
                new FrameReader(
                        input, limits.messageSize(), payload -> outbox.pong(Frames.pong(payload)));
        input.setPatience(this::patience);
    }

    void start() {
        Thread.ofVirtual().name("websocket-writer-" + peer).start(this::write);
    }

    /// Says that the peer has shown what it is: it keeps its place until it leaves. Others that
    /// have not may lose theirs to a newcomer, and do lose it when the set-up time is over. This
    /// one begins to close, with code 1013, when other sessions take all places.
    public void admitted() {
        if (!slot.acquire()) begin(new Closed(Closed.TRY_LATER, "too many sessions are open"));
    }

    /// The peer's address, as `HOST:PORT`.
    public String peer() {
        return peer;
    }

    /// Waits for the peer's next message. After [Closed] comes only [Closed]. An interrupt of the
    /// waiting thread cuts the connection.
    public WebSocketMessage receive() {
        reading.lock();
        try {
            while (!over) {
                switch (frames.next()) {
                    case Closed(int code, String reason) -> {
                        begin(new Closed(code, reason), Frames.close(code, ""));
                        over = true;
                        awaitFlushed();
                        cut();
                    }
                    case WebSocketMessage message -> {
                        if (end.get() == null) return message;
                    }
                }
            }
        } catch (ProtocolException e) {
            begin(e.closed());
            discardRest();
        } catch (IOException e) {
            lose(SocketAddresses.reason(e));
            over = true;
        } finally {
            reading.unlock();
        }
        return Objects.requireNonNull(end.get());
    }

    /// Queues `text` and returns at once; false when the connection is closing or closed. A peer
    /// that reads too slowly to keep the queue below its limit loses the connection here.
    public boolean send(String text) {
        if (outbox.offer(Frames.text(text))) return true;
        var why =
                new Closed(
                        Closed.POLICY,
                        "the peer reads too slowly: " + limits.outbox() + " messages wait");
        if (begin(why)) outbox.drop();
        return false;
    }

    /// Waits until the answer to one more message of the peer can be queued, and reserves its room.
    /// As long as the peer reads, that is soon; one that does not read loses the connection. False
    /// when the connection is closing or closed.
    public boolean reserveAnswer() throws InterruptedException {
        return outbox.reserve();
    }

    /// Queues an answer whose room is [reserved][#reserveAnswer], and returns at once; false
    /// when the connection is closing or closed.
    public boolean answer(String text) {
        return outbox.answer(Frames.text(text));
    }

    /// Sends what is queued, then a close frame with `code` and as much of `reason` as fits in 123
    /// bytes, and waits for the peer's own, but not longer than the limit. Without effect on a
    /// connection that is closing already, but for the wait.
    public void close(int code, String reason) {
        if (!Frames.isCloseCode(code))
            throw new IllegalArgumentException("not a code for a close frame: " + code);
        begin(new Closed(code, reason));
        receive();
    }

    /// Begins to close, and leaves the rest to the threads that receive and write. False when
    /// something else has begun already.
    boolean begin(Closed why) {
        return begin(why, Frames.close(why.code(), why.reason()));
    }

    private boolean begin(Closed why, byte[] frame) {
        if (!end.compareAndSet(null, why)) return false;
        slot.release();
        outbox.close(frame);
        var _ = alarms.in(limits.closeWait(), this::cut);
        return true;
    }

    /// Ends now, without a close frame.
    void lose(String reason) {
        if (end.compareAndSet(null, new Closed(Closed.CUT, reason))) slot.release();
        cut();
    }

    private void cut() {
        outbox.abandon();
        wire.cut();
    }

    /// What follows a broken rule has no meaning, but left unread it would make the kernel reset
    /// the connection and destroy the close frame on its way.
    private void discardRest() {
        over = true;
        try {
            awaitFlushed();
            wire.socket().shutdownOutput();
            input.discard();
        } catch (IOException _) {
            // The peer has left, or was given up.
        }
        cut();
    }

    /// Bounded by the alarm of whoever began to close.
    private void awaitFlushed() {
        try {
            flushed.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration patience(Duration silence) throws IOException {
        Duration left = limits.deadAfter().minus(silence);
        if (left.toMillis() < 1)
            throw new IOException("nothing heard for " + limits.deadAfter().toMillis() + " ms");
        Duration quiet = limits.pingAfter().minus(silence);
        if (quiet.toMillis() >= 1) return quiet;
        outbox.ping();
        return left.compareTo(limits.pingAfter()) < 0 ? left : limits.pingAfter();
    }

    private void write() {
        try {
            var out = wire.socket().getOutputStream();
            while (true) {
                byte[] frame = outbox.take();
                if (frame == null) return;
                Future<?> alarm =
                        alarms.in(limits.writeWait(), () -> lose("the peer does not read"));
                out.write(frame);
                alarm.cancel(false);
            }
        } catch (IOException e) {
            lose("cannot write: " + SocketAddresses.reason(e));
        } catch (InterruptedException _) {
            lose("interrupted");
        } finally {
            flushed.countDown();
        }
    }
}
