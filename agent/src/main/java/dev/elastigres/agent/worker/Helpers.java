package dev.elastigres.agent.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A worker's own threads, which end with it. A bug of theirs is one of the worker's.
final class Helpers implements AutoCloseable {
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final List<Thread> threads = new ArrayList<>();
    private final Inbox inbox;

    Helpers(Inbox inbox) {
        this.inbox = inbox;
    }

    @FunctionalInterface
    interface Task {
        void run() throws InterruptedException;
    }

    void start(String name, Task task) {
        threads.add(Thread.ofVirtual().name(name).start(() -> run(task)));
    }

    private void run(Task task) {
        try {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                inbox.put(new Mail.Broken(e));
            }
        } catch (InterruptedException _) {
            // Nobody interrupts it but to end it.
        }
    }

    /// Returns when they have ended, or have had their time to.
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        try {
            long deadline = System.nanoTime() + FAREWELL.toNanos();
            for (Thread each : threads)
                each.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
