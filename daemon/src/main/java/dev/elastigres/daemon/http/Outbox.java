package dev.elastigres.daemon.http;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// What waits to be written to one peer: bounded, filled by anybody, drained by one writer.
final class Outbox {
    private final int limit;
    private final Queue<byte[]> frames = new ArrayDeque<>();
    private byte @Nullable [] pong;
    private boolean ping;
    private byte @Nullable [] last;
    private boolean closed;

    Outbox(int limit) {
        this.limit = limit;
    }

    /// False when full or closed.
    synchronized boolean offer(byte[] frame) {
        if (closed || frames.size() >= limit) return false;
        frames.add(frame);
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
        frames.clear();
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
            frame = frames.poll();
            if (frame != null) return frame;
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
