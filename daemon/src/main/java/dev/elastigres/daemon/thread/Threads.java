package dev.elastigres.daemon.thread;

/// Operations on threads.
public final class Threads {
    private Threads() {}

    /// Interrupts threads and waits until they have ended; a thread that was never started is not
    /// waited for. If the calling thread is interrupted, it stops waiting and stays interrupted.
    ///
    /// @param threads the threads to end
    public static void end(Thread... threads) {
        for (Thread each : threads) each.interrupt();
        try {
            for (Thread each : threads) if (each.isAlive()) each.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
