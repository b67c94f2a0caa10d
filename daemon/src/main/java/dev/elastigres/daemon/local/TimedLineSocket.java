package dev.elastigres.daemon.local;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/// A Unix socket that carries lines of text, with a timeout for each. Not thread-safe.
public final class TimedLineSocket implements AutoCloseable {
    private static final int CHUNK = 4096;

    private final SocketChannel channel;
    private final Selector selector;

    private TimedLineSocket(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        selector = Selector.open();
        channel.register(selector, 0);
    }

    /// Wraps a connected channel, which is closed with this socket.
    ///
    /// @param channel the channel
    /// @throws IOException if it cannot be set up; the channel is closed then
    public static TimedLineSocket of(SocketChannel channel) throws IOException {
        try {
            return new TimedLineSocket(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    public static TimedLineSocket connect(Path socket) throws IOException {
        return of(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
    }

    /// Writes a line.
    ///
    /// @param line the line, without its end
    /// @param timeout maximum time
    /// @throws SocketTimeoutException if the peer does not read it in time
    public void write(String line, Duration timeout) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        long deadline = System.nanoTime() + timeout.toNanos();
        while (bytes.hasRemaining())
            if (channel.write(bytes) == 0) await(SelectionKey.OP_WRITE, deadline);
    }

    /// Reads the next line, without its end. Input that follows it may be lost.
    ///
    /// @param max maximum length in bytes
    /// @param timeout maximum time
    /// @throws SocketTimeoutException if the line does not arrive in time
    /// @throws EOFException if the peer closes the connection before its end
    public String read(int max, Duration timeout) throws IOException {
        long deadline = System.nanoTime() + timeout.toNanos();
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
        ByteBuffer line = ByteBuffer.allocate(max);
        while (true) {
            int count = channel.read(chunk.clear());
            if (count < 0) throw new EOFException("the peer has closed the connection");
            if (count == 0) {
                await(SelectionKey.OP_READ, deadline);
                continue;
            }
            chunk.flip();
            while (chunk.hasRemaining()) {
                byte next = chunk.get();
                if (next == '\n') return StandardCharsets.UTF_8.decode(line.flip()).toString();
                if (!line.hasRemaining())
                    throw new IOException("a line is longer than %d bytes".formatted(max));
                line.put(next);
            }
        }
    }

    private void await(int operation, long deadline) throws IOException {
        channel.keyFor(selector).interestOps(operation);
        long left = deadline - System.nanoTime();
        if (left <= 0) throw new SocketTimeoutException("the peer does not answer");
        selector.select(_ -> {}, Math.max(1, Duration.ofNanos(left).toMillis()));
        if (Thread.currentThread().isInterrupted()) throw new IOException("interrupted");
    }

    @Override
    public void close() throws IOException {
        try (selector) {
            channel.close();
        }
    }
}
