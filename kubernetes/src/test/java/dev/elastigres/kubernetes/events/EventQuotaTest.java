package dev.elastigres.kubernetes.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class EventQuotaTest {
    private final EventQuota quota = new EventQuota();

    @Test
    void someAMinuteAndTheRestAreCounted() {
        for (int i = 0; i < EventReason.RESIZED.perMinute(); i++)
            assertThat(take("a", EventReason.RESIZED, i)).hasValue(0);
        assertThat(take("a", EventReason.RESIZED, 20)).isEmpty();
        assertThat(take("a", EventReason.RESIZED, 30)).isEmpty();
        assertThat(take("a", EventReason.RESIZED, 60)).hasValue(2);
    }

    @Test
    void podsAndReasonsHaveTheirOwn() {
        assertThat(take("a", EventReason.DEFERRED, 0)).hasValue(0);
        assertThat(take("b", EventReason.DEFERRED, 0)).hasValue(0);
        assertThat(take("a", EventReason.INFEASIBLE, 0)).hasValue(0);
        assertThat(take("a", EventReason.DEFERRED, 1)).isEmpty();
    }

    @Test
    void repeatsLastingEventsWithBackoff() {
        int told = 0;
        for (int second = 0; second < 3600; second += 5)
            if (take("a", EventReason.REFUSED, second).isPresent()) told++;
        // After 0, 1, 3, 7, 15, 31, 47 minutes.
        assertThat(told).isEqualTo(7);
        assertThat(take("a", EventReason.REFUSED, 3 * 3600)).isPresent();
        assertThat(take("a", EventReason.REFUSED, 6 * 3600)).hasValue(0);
        assertThat(take("a", EventReason.REFUSED, 6 * 3600 + 61)).hasValue(0);
    }

    private OptionalInt take(String uid, EventReason reason, int second) {
        return quota.take(uid, reason, new Moment(0).plus(Duration.ofSeconds(second)));
    }
}
