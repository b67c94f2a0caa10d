package dev.elastigres.daemon.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThreadsTest {
    @Test
    void endsRunningThreadsAndIgnoresUnstartedOnes() {
        Thread first = Thread.ofVirtual().start(() -> await(new CountDownLatch(1)));
        Thread never = Thread.ofVirtual().unstarted(() -> await(new CountDownLatch(1)));
        Thread last = Thread.ofPlatform().start(() -> await(new CountDownLatch(1)));
        Threads.end(first, never, last);
        assertThat(first.isAlive()).isFalse();
        assertThat(last.isAlive()).isFalse();
        assertThat(never.getState()).isEqualTo(Thread.State.NEW);
        assertThat(Thread.interrupted()).isFalse();
    }

    /// A thread that ignores interrupts is not waited for.
    @Test
    void stopsWaitingWhenInterruptedAndKeepsInterrupt() throws Exception {
        var over = new CountDownLatch(1);
        Thread stubborn =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    while (over.getCount() > 0) await(over);
                                });
        Thread.currentThread().interrupt();
        Threads.end(stubborn);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(stubborn.isAlive()).isTrue();
        over.countDown();
        stubborn.join();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            // Ends, or waits again.
        }
    }
}
