package dev.elastigres.daemon.thread;

/// What is done with threads of one's own.
public final class Threads {
    private Threads() {}

    /// Interrupts them all, and waits until they have ended; one that never began is not waited
    /// for. Whoever is interrupted meanwhile waits no longer, and stays interrupted.
    public static void end(Thread... threads) {
        for (Thread each : threads) each.interrupt();
        try {
            for (Thread each : threads) if (each.isAlive()) each.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
