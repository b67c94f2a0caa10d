package dev.elastigres.monitor.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A Unix socket as a [Socket] with timeouts, since the JDK's channel can only block forever. One
/// thread may read and write; any thread may close the socket. Interrupting the waiting thread
/// closes it too.
final class UnixSocket extends Socket {
    private static final Duration BUSY_PAUSE = Duration.ofMillis(20);

    private final Path path;
    private final InputStream messages;
    private volatile @Nullable SocketChannel channel;
    private volatile @Nullable Selector selector;
    private volatile boolean closed;
    private volatile int timeoutMillis;

    UnixSocket(Path path, ServerExchange exchange) {
        this.path = path;
        messages = new MessageStream(exchange.limited(bytes(), this));
    }

    /// Connects to the socket's path. The address, which the driver derives from its host, is
    /// ignored.
    @Override
    public void connect(SocketAddress endpoint, int timeoutMillis) throws IOException {
        SocketDeadline deadline = new SocketDeadline(timeoutMillis);
        SocketChannel connected = tryToConnect();
        // The backlog is full. The kernel has no way to wait for this with a timeout.
        while (connected == null) {
            if (deadline.isOver()) throw new SocketTimeoutException("Connect timed out");
            LockSupport.parkNanos(BUSY_PAUSE.toNanos());
            if (Thread.currentThread().isInterrupted())
                throw new SocketException("Closed by interrupt");
            connected = tryToConnect();
        }
        channel = connected;
        Selector opened = Selector.open();
        selector = opened;
        connected.register(opened, 0);
    }

    private @Nullable SocketChannel tryToConnect() throws IOException {
        SocketChannel opened = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            opened.configureBlocking(false);
            if (opened.connect(UnixDomainSocketAddress.of(path))) return opened;
        } catch (IOException e) {
            opened.close();
            throw e;
        }
        opened.close();
        return null;
    }

    private SocketChannel connected() throws SocketException {
        SocketChannel now = channel;
        if (closed || now == null) throw new SocketException("Socket closed");
        return now;
    }

    /// Waits until the channel is ready for `operation`, up to the deadline.
    private void await(int operation, SocketDeadline deadline) throws IOException {
        Selector waiting = selector;
        if (closed || waiting == null) throw new SocketException("Socket closed");
        try {
            SelectionKey key = connected().keyFor(waiting);
            if (key == null) throw new SocketException("Socket closed");
            key.interestOps(operation);
            waiting.selectedKeys().clear();
            int ready = waiting.select(deadline.leftMillis());
            if (Thread.currentThread().isInterrupted()) {
                close();
                throw new SocketException("Closed by interrupt");
            }
            if (ready == 0 && deadline.isOver())
                throw new SocketTimeoutException(
                        operation == SelectionKey.OP_READ ? "Read timed out" : "Write timed out");
        } catch (ClosedSelectorException | CancelledKeyException _) {
            throw new SocketException("Socket closed");
        }
    }

    private int read(ByteBuffer target) throws IOException {
        var deadline = new SocketDeadline(timeoutMillis);
        int count = connected().read(target);
        while (count == 0) {
            await(SelectionKey.OP_READ, deadline);
            count = connected().read(target);
        }
        return count;
    }

    private void write(ByteBuffer source) throws IOException {
        var deadline = new SocketDeadline(timeoutMillis);
        while (source.hasRemaining()) {
            if (connected().write(source) == 0) await(SelectionKey.OP_WRITE, deadline);
        }
    }

    @Override
    public InputStream getInputStream() {
        return messages;
    }

    private InputStream bytes() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                if (length == 0) return 0;
                return UnixSocket.this.read(ByteBuffer.wrap(target, offset, length));
            }

            @Override
            public void close() throws IOException {
                UnixSocket.this.close();
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] source, int offset, int length) throws IOException {
                UnixSocket.this.write(ByteBuffer.wrap(source, offset, length));
            }

            @Override
            public void close() throws IOException {
                UnixSocket.this.close();
            }
        };
    }

    @Override
    public void setSoTimeout(int millis) {
        timeoutMillis = millis;
    }

    @Override
    public int getSoTimeout() {
        return timeoutMillis;
    }

    // Options of TCP only.

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public boolean getTcpNoDelay() {
        return true;
    }

    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public boolean isConnected() {
        return channel != null;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        SocketChannel open = channel;
        if (open != null) open.close();
        Selector waiting = selector;
        if (waiting != null) waiting.close();
    }

    @Override
    public String toString() {
        return "UnixSocket[" + path + "]";
    }

    /// A deadline. A timeout of 0 means none, as for sockets.
    private static final class SocketDeadline {
        private final boolean none;
        private final long end;

        SocketDeadline(int timeoutMillis) {
            none = timeoutMillis == 0;
            end = System.nanoTime() + timeoutMillis * 1_000_000L;
        }

        boolean isOver() {
            return !none && System.nanoTime() - end >= 0;
        }

        /// Returns the remaining time, at least 1, or 0 without a deadline.
        long leftMillis() {
            return none ? 0 : Math.max(1, (end - System.nanoTime()) / 1_000_000);
        }
    }
}
