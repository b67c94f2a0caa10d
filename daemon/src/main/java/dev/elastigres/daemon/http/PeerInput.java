package dev.elastigres.daemon.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// Reads bytes from one peer through a small buffer. For one thread.
final class PeerInput {
    /// Returns how long to wait for more bytes after a silence, or throws to give up the peer.
    @FunctionalInterface
    interface ReadTimeoutPolicy {
        Duration after(Duration silence) throws IOException;
    }

    private static final int BUFFER_SIZE = 2 << 10;

    private final Socket socket;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_SIZE];
    private int next;
    private int end;
    // Zero means no timeout for sockets.
    private ReadTimeoutPolicy timeoutPolicy = _ -> Duration.ZERO;

    PeerInput(Socket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
    }

    void setTimeoutPolicy(ReadTimeoutPolicy timeoutPolicy) {
        this.timeoutPolicy = timeoutPolicy;
    }

    /// Returns the next byte, unsigned; -1 at the end.
    int read() throws IOException {
        if (next == end && !fill()) return -1;
        return buffer[next++] & 0xff;
    }

    /// Returns the next byte, unsigned. Fails at the end.
    int need() throws IOException {
        int b = read();
        if (b < 0) throw new EOFException("ended without a close frame");
        return b;
    }

    /// Reads between 1 and `length` bytes, as many as are available.
    int need(byte[] into, int offset, int length) throws IOException {
        if (next == end && !fill()) throw new EOFException("ended in the middle of a frame");
        int count = Math.min(length, end - next);
        System.arraycopy(buffer, next, into, offset, count);
        next += count;
        return count;
    }

    /// Discards all input to the end.
    void discard() throws IOException {
        do next = end;
        while (fill());
    }

    private boolean fill() throws IOException {
        long start = System.nanoTime();
        while (true) {
            Duration silence = Duration.ofNanos(System.nanoTime() - start);
            socket.setSoTimeout(Math.toIntExact(timeoutPolicy.after(silence).toMillis()));
            try {
                int count = in.read(buffer);
                next = 0;
                end = Math.max(count, 0);
                return count > 0;
            } catch (SocketTimeoutException _) {
                // No data so far; the policy decides.
            }
        }
    }
}
