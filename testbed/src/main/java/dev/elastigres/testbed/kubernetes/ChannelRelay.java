package dev.elastigres.testbed.kubernetes;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;

/// Copies bytes between two connections in both directions.
record ChannelRelay(SocketChannel left, SocketChannel right) {
    private static final int PART = 1 << 14;

    /// Copies until both connections are closed for output, or one of them fails. One direction
    /// runs in a thread of `threads`, the other in this one.
    ///
    /// @throws ExecutionException if a connection fails
    void run(ExecutorService threads) throws IOException, ExecutionException, InterruptedException {
        var back = threads.submit(() -> pass(right, left));
        pass(left, right);
        back.get();
    }

    private static Void pass(SocketChannel from, SocketChannel to) throws IOException {
        try {
            var buffer = ByteBuffer.allocate(PART);
            while (from.read(buffer) >= 0) {
                write(to, buffer.flip());
                buffer.clear();
            }
            to.shutdownOutput();
            return null;
        } catch (IOException e) {
            from.close();
            to.close();
            throw e;
        }
    }

    static void write(SocketChannel to, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) to.write(bytes);
    }
}
