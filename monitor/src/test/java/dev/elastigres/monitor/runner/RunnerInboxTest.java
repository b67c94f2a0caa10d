package dev.elastigres.monitor.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.Await;
import dev.elastigres.monitor.metrics.MonitorMeters;
import dev.elastigres.monitor.runner.RunnerMessage.Ping;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RunnerInboxTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void reportsWhetherInboxIsRead() throws Exception {
        var inbox = new RunnerInbox(new MonitorMeters());
        assertThat(inbox.isReadWithin(SHORT)).isFalse();
        Thread reader = Thread.ofVirtual().start(() -> readAll(inbox));
        assertThat(inbox.isReadWithin(LONG)).isTrue();
        reader.interrupt();
        reader.join();
        assertThat(inbox.isReadWithin(SHORT)).isFalse();
    }

    @Test
    void reportsFullInboxAsUnread() throws Exception {
        var inbox = new RunnerInbox(new MonitorMeters());
        while (inbox.sampled())
            ;
        assertThat(inbox.isReadWithin(SHORT)).isFalse();
    }

    /// A health check that is answered without the runner must not hide that it works or has ended.
    @Test
    void isIdleOnlyWhileItsReaderWaits() throws Exception {
        var inbox = new RunnerInbox(new MonitorMeters());
        assertThat(inbox.isIdle()).isFalse();
        Thread reader = Thread.ofVirtual().start(() -> readAll(inbox));
        Await.until("the reader waits", inbox::isIdle);
        reader.interrupt();
        reader.join();
        assertThat(inbox.isIdle()).isFalse();
    }

    @Test
    void isNotIdleWithMessages() {
        var inbox = new RunnerInbox(new MonitorMeters());
        assertThat(inbox.sampled()).isTrue();
        assertThat(inbox.isIdle()).isFalse();
    }

    private static void readAll(RunnerInbox inbox) {
        try {
            while (true) {
                if (inbox.next(LONG) instanceof Ping asked) asked.answered().countDown();
            }
        } catch (InterruptedException _) {
            // Interrupted at the end of the test.
        }
    }
}
