package dev.elastigres.harness;

/// Whether a benchmark is to end before it is done. Any thread may say so.
public final class StopRequest implements Runnable {
    /// Not stopped yet.
    public StopRequest() {}

    private final Thread bench = Thread.currentThread();
    private volatile boolean requested;

    /// Ends the waits of the thread that made this, too.
    @Override
    public void run() {
        requested = true;
        bench.interrupt();
    }

    public void check() throws HarnessException {
        if (requested) throw new HarnessException("stopped");
    }
}
