package dev.elastigres.agent.worker;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/// Runs calls to a peer that serves one call at a time, each on its own thread. A newer call
/// interrupts the previous one and waits until that has returned. One thread starts all calls.
final class CallQueue {
    private final String name;
    private final Semaphore free = new Semaphore(1);
    private Optional<Thread> newest = Optional.empty();

    /// @param name name of the threads
    CallQueue(String name) {
        this.name = name;
    }

    @FunctionalInterface
    interface BlockingCall {
        void run() throws InterruptedException;
    }

    /// @param broken receives exceptions that are bugs of `call`
    void start(BlockingCall call, Consumer<Throwable> broken) {
        giveUp();
        newest = Optional.of(Thread.ofVirtual().name(name).start(() -> run(call, broken)));
    }

    private void run(BlockingCall call, Consumer<Throwable> broken) {
        try {
            free.acquire();
        } catch (InterruptedException _) {
            return;
        }
        try {
            call.run();
        } catch (InterruptedException _) {
            // The call was given up.
        } catch (RuntimeException | Error e) {
            broken.accept(e);
        } finally {
            free.release();
        }
    }

    /// Returns whether no call is in progress.
    boolean isFree() {
        return newest.filter(Thread::isAlive).isEmpty();
    }

    /// Interrupts the call in progress.
    void giveUp() {
        newest.ifPresent(Thread::interrupt);
    }

    /// Interrupts the call in progress and waits until it has returned. Returns false if it does
    /// not return within `timeout`.
    boolean end(Duration timeout) throws InterruptedException {
        giveUp();
        return newest.isEmpty() || newest.get().join(timeout);
    }
}
