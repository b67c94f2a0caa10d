package dev.elastigres.demo;

import dev.elastigres.agent.monitor.LinkException;
import java.util.ArrayList;
import java.util.List;

/// The demo's workers, each on a virtual thread. What ends one of them ends the story.
final class Crew implements AutoCloseable {
    private final Journal journal;
    private final List<Thread> threads = new ArrayList<>();

    Crew(Journal journal) {
        this.journal = journal;
    }

    interface Work {
        void run() throws InterruptedException, LinkException, DemoException;
    }

    void start(String name, Work work) {
        threads.add(Thread.ofVirtual().name(name).start(() -> run(name, work)));
    }

    private void run(String name, Work work) {
        try {
            try {
                work.run();
            } catch (DemoException e) {
                journal.add(new Happening.Broke(e));
            } catch (LinkException | RuntimeException | Error e) {
                journal.add(new Happening.Broke(new DemoException("the " + name + " failed", e)));
            }
        } catch (InterruptedException _) {
            // Told to end.
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
