package dev.elastigres.demo;

import dev.elastigres.agent.monitor.MonitorConnectionException;
import java.util.ArrayList;
import java.util.List;

/// The demo's workers, each on a virtual thread. A failure of one of them ends the demo.
final class DemoWorkers implements AutoCloseable {
    private final EventJournal journal;
    private final List<Thread> threads = new ArrayList<>();

    DemoWorkers(EventJournal journal) {
        this.journal = journal;
    }

    interface DemoTask {
        void run() throws InterruptedException, MonitorConnectionException, DemoException;
    }

    void start(String name, DemoTask work) {
        threads.add(Thread.ofVirtual().name(name).start(() -> run(name, work)));
    }

    private void run(String name, DemoTask work) {
        try {
            try {
                work.run();
            } catch (DemoException e) {
                journal.add(new DemoEvent.Failed(e));
            } catch (MonitorConnectionException | RuntimeException | Error e) {
                journal.add(new DemoEvent.Failed(new DemoException("the " + name + " failed", e)));
            }
        } catch (InterruptedException _) {
            // The workers are being closed.
        }
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
        try {
            for (Thread thread : threads) thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
