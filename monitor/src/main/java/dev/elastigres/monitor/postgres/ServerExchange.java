package dev.elastigres.monitor.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// Limits the time and the bytes received of one exchange with a server: a login, or a statement
/// and its answer. The driver limits neither: its timeouts restart with each byte, and it reads
/// answers of any size into the memory of a small process. Not thread-safe.
final class ServerExchange {
    /// Bound while the driver connects, for the sockets that it creates.
    static final ScopedValue<ServerExchange> CURRENT = ScopedValue.newInstance();

    /// Maximum bytes of one exchange. The monitor's answers are much shorter, certificates
    /// included.
    private static final int MAX_BYTES = 1 << 20;

    private long deadline;
    private int bytesLeft;

    ServerExchange(Duration timeout) {
        begin(timeout);
    }

    /// Starts the next exchange.
    ///
    /// @param timeout timeout of the whole exchange
    void begin(Duration timeout) {
        deadline = System.nanoTime() + timeout.toNanos();
        bytesLeft = MAX_BYTES;
    }

    /// Returns `in`, the input of `socket`, with the limits of the current exchange.
    InputStream limited(InputStream in, Socket socket) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int millis = millisLeft();
                int usual = socket.getSoTimeout();
                boolean sooner = usual == 0 || millis < usual;
                if (sooner) socket.setSoTimeout(millis);
                int count = in.read(target, offset, length);
                if (sooner) socket.setSoTimeout(usual);
                received(count);
                return count;
            }

            @Override
            public int available() throws IOException {
                return in.available();
            }

            @Override
            public void close() throws IOException {
                in.close();
            }
        };
    }

    /// Returns the remaining time in milliseconds, at least 1.
    private int millisLeft() throws SocketTimeoutException {
        long left = (deadline - System.nanoTime()) / 1_000_000;
        if (left < 1) throw new SocketTimeoutException("the answer is not complete in time");
        return (int) Math.min(left, Integer.MAX_VALUE);
    }

    private void received(int bytes) throws MessageException {
        bytesLeft -= Math.max(bytes, 0);
        if (bytesLeft < 0)
            throw new MessageException("more than " + MAX_BYTES + " bytes for one statement");
    }
}
