package dev.elastigres.vm.socket;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/// Reads and writes lines of text over a Unix socket. One thread may read; any number of threads
/// may write.
public final class LineSocket implements Closeable {
    /// Maximum length of a Unix socket's path in Linux, in bytes, without the final zero.
    public static final int MAX_PATH_BYTES = 107;

    private final SocketChannel channel;
    private final int maxLineLength;
    private final ByteBuffer input = ByteBuffer.allocate(64 * 1024).flip();
    private final ReentrantLock writing = new ReentrantLock();

    public LineSocket(SocketChannel channel, int maxLineLength) {
        this.channel = channel;
        this.maxLineLength = maxLineLength;
    }

    /// @throws IOException if no process listens on the socket
    public static LineSocket connect(Path path, int maxLineLength) throws IOException {
        var channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(path));
            return new LineSocket(channel, maxLineLength);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /// Returns the next line without its end; empty if the peer has closed the connection.
    public Optional<String> readLine() throws IOException {
        var line = new ByteArrayOutputStream();
        while (true) {
            while (input.hasRemaining()) {
                byte next = input.get();
                if (next == '\n') return Optional.of(line.toString(StandardCharsets.UTF_8));
                if (next != '\r') line.write(next);
                if (line.size() > maxLineLength)
                    throw new IOException("a line of more than " + maxLineLength + " bytes");
            }
            input.clear();
            int count = channel.read(input);
            input.flip();
            if (count < 0) return Optional.empty();
        }
    }

    public void writeLine(String line) throws IOException {
        var bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        writing.lock();
        try {
            while (bytes.hasRemaining()) channel.write(bytes);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
