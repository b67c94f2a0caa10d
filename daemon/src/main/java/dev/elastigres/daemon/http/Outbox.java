package dev.elastigres.daemon.http;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// What waits to be written to one peer: bounded, filled by anybody, drained by one writer.
///
/// Half of its room is for answers. Who takes a request from the peer first reserves the room of
/// its answer, and waits for that: a peer that asks a hundred things at once is read no faster
/// than the answers go out, and no answer finds the outbox full.
final class Outbox {
    private final int limit;
    private final int answerLimit;
    private final Queue<OutboxMessage> messages = new ArrayDeque<>();
    /// Answers that are to come or wait to be written.
    private int answers;
    private byte @Nullable [] pong;
    private boolean ping;
    private byte @Nullable [] last;
    private boolean closed;

    private static final class OutboxMessage {
        private final byte[] frame;
        private final boolean answer;

        private OutboxMessage(byte[] frame, boolean answer) {
            this.frame = frame;
            this.answer = answer;
        }
    }

    Outbox(int limit) {
        this.limit = limit;
        answerLimit = Math.max(1, limit / 2);
    }

    /// False when full or closed.
    synchronized boolean offer(byte[] frame) {
        if (messages.size() >= limit) return false;
        return add(new OutboxMessage(frame, false));
    }

    /// Waits for room for one more answer, and reserves it. False when closed.
    synchronized boolean reserve() throws InterruptedException {
        while (!closed && answers >= answerLimit) wait();
        answers++;
        return !closed;
    }

    /// Adds an answer whose room is [reserved][#reserve]. False when closed.
    synchronized boolean answer(byte[] frame) {
        return add(new OutboxMessage(frame, true));
    }

    private boolean add(OutboxMessage message) {
        if (closed) return false;
        messages.add(message);
        notifyAll();
        return true;
    }

    /// Only the newest ping needs its pong, so a flood of pings takes one place.
    synchronized void pong(byte[] frame) {
        if (closed) return;
        pong = frame;
        notifyAll();
    }

    synchronized void ping() {
        if (closed) return;
        ping = true;
        notifyAll();
    }

    /// Nothing goes out after `frame`.
    synchronized void close(byte[] frame) {
        if (closed) return;
        closed = true;
        last = frame;
        notifyAll();
    }

    /// Nothing goes out any more.
    synchronized void abandon() {
        closed = true;
        last = null;
        drop();
        notifyAll();
    }

    /// Forgets what waits.
    synchronized void drop() {
        messages.clear();
        pong = null;
        ping = false;
    }

    /// Waits for the next frame to write; null when there will be none.
    synchronized byte @Nullable [] take() throws InterruptedException {
        while (true) {
            byte[] frame = pong;
            if (frame != null) {
                pong = null;
                return frame;
            }
            OutboxMessage message = messages.poll();
            if (message != null) {
                if (message.answer) {
                    answers--;
                    notifyAll();
                }
                return message.frame;
            }
            if (ping) {
                ping = false;
                return Frames.ping();
            }
            if (closed) {
                frame = last;
                last = null;
                return frame;
            }
            wait();
        }
    }
}
