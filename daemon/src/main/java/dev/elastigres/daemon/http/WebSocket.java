package dev.elastigres.daemon.http;

import dev.elastigres.daemon.http.WebSocketMessage.Closed;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The server's end of an open WebSocket (RFC 6455), for blocking code on virtual threads. One
/// thread receives; any thread may send or close. Pings are sent and answered automatically.
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
    private final ReentrantLock writing = new ReentrantLock();
    private final WriteDeadline deadline;

    /// Why the connection ends; set once, by the first cause.
    private final AtomicReference<@Nullable Closed> end = new AtomicReference<>();

    /// Whether reading has ended. Guarded by `reading`.
    private boolean over;

    /// One of a server's limited number of sessions.
    interface SessionSlot {
        /// Acquires the slot. Returns false if all are in use.
        boolean acquire();

        /// Releases the slot, because the session has begun to close.
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
        deadline =
                new WriteDeadline(alarms, limits.writeWait(), () -> lose("the peer does not read"));
        input.setTimeoutPolicy(this::readTimeout);
    }

    void start() {
        Thread.ofVirtual().name("websocket-writer-" + peer).start(this::write);
    }

    /// Marks the peer as admitted: it keeps its place until it leaves. Connections that are not
    /// admitted may be displaced by a newcomer, and are closed at the end of the set-up time. If
    /// other sessions occupy all places, this connection begins to close with code 1013.
    public void admitted() {
        if (!slot.acquire()) begin(new Closed(Closed.TRY_LATER, "too many sessions are open"));
    }

    /// Returns the peer's address, as `HOST:PORT`.
    public String peer() {
        return peer;
    }

    /// Waits for the peer's next message. After [Closed], all calls return [Closed]. Interrupting
    /// the waiting thread cuts the connection.
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

    /// Queues `text` and returns at once. Returns false if the connection is closing or closed. If
    /// the queue is full because the peer reads too slowly, the connection begins to close.
    ///
    /// @param text the message
    public boolean send(String text) {
        if (outbox.offer(Frames.text(text))) return true;
        var why =
                new Closed(
                        Closed.POLICY,
                        "the peer reads too slowly: " + limits.outbox() + " messages wait");
        if (begin(why)) outbox.drop();
        return false;
    }

    /// Waits until the answer to one more message can be queued, and reserves its space. This is
    /// soon if the peer reads; a peer that does not read is disconnected. Returns false if the
    /// connection is closing or closed.
    public boolean reserveAnswer() throws InterruptedException {
        return outbox.reserve();
    }

    /// Queues an answer whose space is [reserved][#reserveAnswer], and returns at once. Returns
    /// false if the connection is closing or closed.
    ///
    /// @param text the message
    public boolean answer(String text) {
        return outbox.answer(Frames.text(text));
    }

    /// Sends an answer whose space is [reserved][#reserveAnswer] from the calling thread, which
    /// saves a change of threads. If other messages are queued, it is queued after them. Blocks
    /// while the peer does not read, up to [ServerLimits#writeWait], so that it is only for the
    /// thread that receives. Returns false if the connection is closing or closed.
    ///
    /// @param text the message
    public boolean answerDirectly(String text) {
        if (!writing.tryLock()) return answer(text);
        try {
            if (!outbox.bypass()) return answer(text);
            write(Frames.text(text));
            return true;
        } catch (IOException e) {
            lose("cannot write: " + SocketAddresses.reason(e));
            return false;
        } finally {
            writing.unlock();
        }
    }

    /// Sends what is queued, then a close frame, and waits for the peer's close frame, up to
    /// [ServerLimits#closeWait]. If the connection is already closing, it only waits.
    ///
    /// @param code close code
    /// @param reason the reason, truncated to 123 bytes
    public void close(int code, String reason) {
        if (!Frames.isCloseCode(code))
            throw new IllegalArgumentException("not a code for a close frame: " + code);
        begin(new Closed(code, reason));
        receive();
    }

    /// Begins to close; the receiving and the writing thread do the rest. Returns false if closing
    /// has already begun.
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

    /// Ends the connection at once, without a close frame.
    void lose(String reason) {
        if (end.compareAndSet(null, new Closed(Closed.CUT, reason))) slot.release();
        cut();
    }

    private void cut() {
        outbox.abandon();
        wire.cut();
    }

    /// Discards input after a protocol violation. Unread input would make the kernel reset the
    /// connection and destroy the close frame in transit.
    private void discardRest() {
        over = true;
        try {
            awaitFlushed();
            wire.socket().shutdownOutput();
            input.discard();
        } catch (IOException _) {
            // The peer has disconnected, or was disconnected.
        }
        cut();
    }

    /// Waits until the writer has ended. Bounded by the alarm that [#begin] sets.
    private void awaitFlushed() {
        try {
            flushed.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration readTimeout(Duration silence) throws IOException {
        Duration left = limits.silenceTimeout().minus(silence);
        if (left.toMillis() < 1)
            throw new IOException("no data for " + limits.silenceTimeout().toMillis() + " ms");
        Duration quiet = limits.pingAfter().minus(silence);
        if (quiet.toMillis() >= 1) return quiet;
        outbox.ping();
        return left.compareTo(limits.pingAfter()) < 0 ? left : limits.pingAfter();
    }

    private void write() {
        try {
            while (true) {
                byte[] frame = outbox.take();
                if (frame == null) return;
                writing.lock();
                try {
                    write(frame);
                } finally {
                    writing.unlock();
                }
            }
        } catch (IOException e) {
            lose("cannot write: " + SocketAddresses.reason(e));
        } catch (InterruptedException _) {
            lose("interrupted");
        } finally {
            flushed.countDown();
        }
    }

    /// Writes a whole frame. For the holder of `writing`.
    private void write(byte[] frame) throws IOException {
        deadline.begin();
        try {
            wire.socket().getOutputStream().write(frame);
        } finally {
            deadline.end();
        }
    }
}
