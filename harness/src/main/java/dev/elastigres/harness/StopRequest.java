package dev.elastigres.harness;

/// A request to end a benchmark early. Thread-safe.
public final class StopRequest implements Runnable {
    /// Creates a request that is not made yet. Its benchmark is the calling thread.
    public StopRequest() {}

    private final Thread bench = Thread.currentThread();
    private volatile boolean requested;

    /// Requests the stop and interrupts the waits of the benchmark's thread.
    @Override
    public void run() {
        requested = true;
        bench.interrupt();
    }

    public void check() throws HarnessException {
        if (requested) throw new HarnessException("stopped");
    }
}
