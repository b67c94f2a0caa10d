package dev.elastigres.monitor.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;

/// One exchange with a server: a login, or a statement and its answer. It limits how long that
/// takes and how much the server sends. The driver limits neither: its timeouts begin anew with
/// every byte, and it takes what comes into memory, which is that of a small process. For one
/// thread.
final class ServerExchange {
    /// Bound while the driver makes a connection, for the sockets that it makes.
    static final ScopedValue<ServerExchange> CURRENT = ScopedValue.newInstance();

    /// All answers that the monitor asks for are far shorter, certificates included.
    private static final int MAX_BYTES = 1 << 20;

    private long deadline;
    private int bytesLeft;

    ServerExchange(Duration timeout) {
        begin(timeout);
    }

    /// Begins the next one.
    ///
    /// @param timeout for all of it
    void begin(Duration timeout) {
        deadline = System.nanoTime() + timeout.toNanos();
        bytesLeft = MAX_BYTES;
    }

    /// What comes from `in`, the server's end of `socket`, within the limits of this exchange.
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

    /// At least 1.
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
