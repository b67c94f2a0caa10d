package dev.elastigres.agent.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The helper threads of a worker, which end with it. A bug in one of them is reported to the
/// worker.
final class WorkerThreads implements AutoCloseable {
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

    private final List<Thread> threads = new ArrayList<>();
    private final WorkerInbox inbox;

    WorkerThreads(WorkerInbox inbox) {
        this.inbox = inbox;
    }

    @FunctionalInterface
    interface InterruptibleTask {
        void run() throws InterruptedException;
    }

    void start(String name, InterruptibleTask task) {
        threads.add(Thread.ofVirtual().name(name).start(() -> run(task)));
    }

    private void run(InterruptibleTask task) {
        try {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                inbox.put(new WorkerMessage.HelperFailed(e));
            }
        } catch (InterruptedException _) {
            // Interrupted only to end the thread.
        }
    }

    /// Interrupts the threads and waits up to two seconds for their end.
    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        try {
            long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
            for (Thread each : threads)
                each.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
