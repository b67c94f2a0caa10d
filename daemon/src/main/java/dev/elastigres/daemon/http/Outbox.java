package dev.elastigres.daemon.http;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// A bounded queue of frames to one peer, filled by any thread and drained by one writer.
///
/// Half of the queue is for answers. A thread that takes a request from the peer first reserves
/// space for the answer, and waits if there is none. Therefore a peer that sends a hundred requests
/// at once is read no faster than the answers are written, and no answer finds the queue full.
final class Outbox {
    private final int limit;
    private final int answerLimit;
    private final Queue<OutboxMessage> messages = new ArrayDeque<>();
    /// Number of answers that are reserved or queued.
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

    /// Queues a frame. Returns false if the queue is full or closed.
    synchronized boolean offer(byte[] frame) {
        if (messages.size() >= limit) return false;
        return add(new OutboxMessage(frame, false));
    }

    /// Waits for space for one more answer, and reserves it. Returns false if closed.
    synchronized boolean reserve() throws InterruptedException {
        while (!closed && answers >= answerLimit) wait();
        answers++;
        return !closed;
    }

    /// Adds an answer whose space is [reserved][#reserve]. Returns false if closed.
    synchronized boolean answer(byte[] frame) {
        return add(new OutboxMessage(frame, true));
    }

    /// Gives back the space of a [reserved][#reserve] answer that its sender may write itself,
    /// because nothing is queued before it. Returns false if something is, or the queue is closed.
    synchronized boolean bypass() {
        if (closed || pong != null || !messages.isEmpty()) return false;
        if (answers-- >= answerLimit) notifyAll();
        return true;
    }

    private boolean add(OutboxMessage message) {
        if (closed) return false;
        messages.add(message);
        notifyAll();
        return true;
    }

    /// Queues a pong. Only the latest ping must be answered, so a flood of pings occupies one
    /// place.
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

    /// Closes the queue after what is queued and `frame`, the last frame.
    synchronized void close(byte[] frame) {
        if (closed) return;
        closed = true;
        last = frame;
        notifyAll();
    }

    /// Closes the queue and drops everything.
    synchronized void abandon() {
        closed = true;
        last = null;
        drop();
        notifyAll();
    }

    /// Drops the queued frames.
    synchronized void drop() {
        messages.clear();
        pong = null;
        ping = false;
    }

    /// Waits for the next frame to write; returns null if no more will follow.
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
