package dev.elastigres.daemon.log;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;

/// An output that never blocks its callers: a thread of its own writes from a bounded queue, and
/// lines that do not fit are dropped and counted.
final class NonBlockingOutput extends OutputStream {
    private static final int LINES = 1024;
    private static final Duration POLL_INTERVAL = Duration.ofMillis(5);

    private final OutputStream out;
    private final LongFunction<byte[]> dropNotice;
    private final BlockingQueue<byte[]> lines = new ArrayBlockingQueue<>(LINES);
    private final AtomicLong accepted = new AtomicLong();
    private final AtomicLong written = new AtomicLong();
    private final AtomicLong leftOut = new AtomicLong();

    /// @param out receives the lines
    /// @param dropNotice formats the line that reports the number of dropped lines
    NonBlockingOutput(OutputStream out, LongFunction<byte[]> dropNotice) {
        this.out = out;
        this.dropNotice = dropNotice;
        // A platform thread, because a blocked write to a pipe would pin the carrier of a virtual
        // one.
        Thread.ofPlatform().name("log").daemon().start(this::run);
    }

    /// Queues a whole line.
    @Override
    public void write(byte[] line) {
        if (lines.offer(line)) accepted.incrementAndGet();
        else leftOut.incrementAndGet();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        throw new UnsupportedOperationException("only whole lines");
    }

    @Override
    public void write(int b) {
        throw new UnsupportedOperationException("only whole lines");
    }

    /// Waits until all queued lines are written, for at most `timeout`.
    void drain(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (written.get() < accepted.get() && System.nanoTime() - deadline < 0)
            TimeUnit.NANOSECONDS.sleep(POLL_INTERVAL.toNanos());
    }

    private void run() {
        try {
            while (true) {
                byte[] line = lines.take();
                try {
                    out.write(line);
                    long lost = leftOut.getAndSet(0);
                    if (lost > 0) out.write(dropNotice.apply(lost));
                } catch (IOException _) {
                    // There is no reader any more, which must not affect callers.
                }
                written.incrementAndGet();
            }
        } catch (InterruptedException _) {
            // Not interrupted in practice; the daemon thread ends with the process.
        }
    }
}
