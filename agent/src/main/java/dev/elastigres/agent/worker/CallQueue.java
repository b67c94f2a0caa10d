package dev.elastigres.agent.worker;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/// Calls to somebody who does one thing at a time, on threads of their own. A newer call gives up
/// the one before: that one is interrupted, and waited for until it has returned. One thread starts
/// them.
final class CallQueue {
    private final String name;
    private final Semaphore free = new Semaphore(1);
    private Optional<Thread> newest = Optional.empty();

    /// @param name of its threads
    CallQueue(String name) {
        this.name = name;
    }

    @FunctionalInterface
    interface BlockingCall {
        void run() throws InterruptedException;
    }

    /// @param broken takes the bugs of `call`
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
            // Given up.
        } catch (RuntimeException | Error e) {
            broken.accept(e);
        } finally {
            free.release();
        }
    }

    /// Whether no call is under way.
    boolean isFree() {
        return newest.filter(Thread::isAlive).isEmpty();
    }

    /// Interrupts what is under way.
    void giveUp() {
        newest.ifPresent(Thread::interrupt);
    }

    /// Interrupts what is under way and waits until it has returned; false when it does not within
    /// `limit`.
    boolean end(Duration timeout) throws InterruptedException {
        giveUp();
        return newest.isEmpty() || newest.get().join(timeout);
    }
}
