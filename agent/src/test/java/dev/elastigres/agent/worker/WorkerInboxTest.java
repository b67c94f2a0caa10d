package dev.elastigres.agent.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.agent.Event;
import dev.elastigres.core.scaling.VmMetrics;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WorkerInboxTest {
    private static final WorkerMessage METRICS =
            new WorkerMessage.EventMessage(
                    new Event.MetricsRead(VmMetrics.NONE, new Moment(0), new Moment(0)));

    private final WorkerInbox inbox = new WorkerInbox();

    @Test
    void metricsMakeRoomForAnswers() throws Exception {
        inbox.put(METRICS);
        for (int i = 1; i < WorkerInbox.CAPACITY; i++) inbox.put(answer(i));
        inbox.put(answer(WorkerInbox.CAPACITY));
        for (int i = 1; i <= WorkerInbox.CAPACITY; i++) assertThat(next()).isEqualTo(answer(i));
        assertThat(inbox.next(Duration.ZERO)).isNull();
    }

    @Test
    void putWaitsWhenFullWithoutMetrics() throws Exception {
        for (int i = 0; i < WorkerInbox.CAPACITY; i++) inbox.put(answer(i));
        Thread late =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        inbox.put(answer(WorkerInbox.CAPACITY));
                                    } catch (InterruptedException _) {
                                        // The test has failed.
                                    }
                                });
        for (int i = 0; i <= WorkerInbox.CAPACITY; i++) assertThat(next()).isEqualTo(answer(i));
        assertThat(late.join(Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void deliversRefreshOnceAndFirst() throws Exception {
        inbox.put(answer(1));
        inbox.nudge();
        inbox.nudge();
        assertThat(next()).isEqualTo(new WorkerMessage.Refresh());
        assertThat(next()).isEqualTo(answer(1));
        assertThat(inbox.next(Duration.ZERO)).isNull();
    }

    private WorkerMessage next() throws InterruptedException {
        WorkerMessage next = inbox.next(Duration.ofSeconds(30));
        if (next == null) throw new AssertionError("nothing came");
        return next;
    }

    private static WorkerMessage answer(long id) {
        return new WorkerMessage.EventMessage(new Event.UpscaleConfirmed(1, id));
    }
}
