package dev.elastigres.harness;

/// Whether a benchmark is to end before it is done. Any thread may say so.
public final class Stop implements Runnable {
    /// Not stopped yet.
    public Stop() {}

    private final Thread bench = Thread.currentThread();
    private volatile boolean asked;

    /// Ends the waits of the thread that made this, too.
    @Override
    public void run() {
        asked = true;
        bench.interrupt();
    }

    public void check() throws BenchException {
        if (asked) throw new BenchException("stopped");
    }
}
