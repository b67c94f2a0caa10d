package dev.elastigres.agent.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.agent.Event;
import dev.elastigres.core.scaling.Metrics;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class InboxTest {
    private static final Mail METRICS =
            new Mail.Happened(new Event.MetricsRead(Metrics.NONE, new Moment(0), new Moment(0)));

    private final Inbox inbox = new Inbox();

    @Test
    void metricsMakeRoomForAnswers() throws Exception {
        inbox.put(METRICS);
        for (int i = 1; i < Inbox.CAPACITY; i++) inbox.put(answer(i));
        inbox.put(answer(Inbox.CAPACITY));
        for (int i = 1; i <= Inbox.CAPACITY; i++) assertThat(next()).isEqualTo(answer(i));
        assertThat(inbox.next(Duration.ZERO)).isNull();
    }

    @Test
    void withoutMetricsWhoBringsSomethingWaits() throws Exception {
        for (int i = 0; i < Inbox.CAPACITY; i++) inbox.put(answer(i));
        Thread late =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        inbox.put(answer(Inbox.CAPACITY));
                                    } catch (InterruptedException _) {
                                        // The test has failed.
                                    }
                                });
        for (int i = 0; i <= Inbox.CAPACITY; i++) assertThat(next()).isEqualTo(answer(i));
        assertThat(late.join(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void aNudgeComesOnceAndFirst() throws Exception {
        inbox.put(answer(1));
        inbox.nudge();
        inbox.nudge();
        assertThat(next()).isEqualTo(new Mail.Changed());
        assertThat(next()).isEqualTo(answer(1));
        assertThat(inbox.next(Duration.ZERO)).isNull();
    }

    private Mail next() throws InterruptedException {
        Mail next = inbox.next(Duration.ofSeconds(30));
        if (next == null) throw new AssertionError("nothing came");
        return next;
    }

    private static Mail answer(long id) {
        return new Mail.Happened(new Event.Confirmed(1, id));
    }
}
