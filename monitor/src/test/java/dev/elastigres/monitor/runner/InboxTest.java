package dev.elastigres.monitor.runner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.monitor.metrics.Meters;
import dev.elastigres.monitor.runner.Mail.Asked;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class InboxTest {
    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    void tellsWhetherAnybodyReads() throws Exception {
        var inbox = new Inbox(new Meters());
        assertThat(inbox.isReadWithin(SHORT)).isFalse();
        Thread reader = Thread.ofVirtual().start(() -> readAll(inbox));
        assertThat(inbox.isReadWithin(LONG)).isTrue();
        reader.interrupt();
        reader.join();
        assertThat(inbox.isReadWithin(SHORT)).isFalse();
    }

    @Test
    void tellsSoWhenThereIsNoRoomToAsk() throws Exception {
        var inbox = new Inbox(new Meters());
        while (inbox.sampled())
            ;
        assertThat(inbox.isReadWithin(SHORT)).isFalse();
    }

    private static void readAll(Inbox inbox) {
        try {
            while (true) {
                if (inbox.next(LONG) instanceof Asked asked) asked.answered().countDown();
            }
        } catch (InterruptedException _) {
            // The end.
        }
    }
}
