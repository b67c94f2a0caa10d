package dev.elastigres.controller;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Moment;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WriteScheduleTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final WriteSchedule<String> schedule =
            new WriteSchedule<>(SECOND, Duration.ofMinutes(10));
    private Moment now = new Moment(0);

    @Test
    void anObjectIsWrittenOnceInAnInterval() {
        assertThat(schedule.mayWrite("pg", "a", now)).isTrue();
        schedule.wrote("pg", "a", now);
        assertThat(schedule.mayWrite("pg", "b", now)).isFalse();
        assertThat(schedule.mayWrite("other", "b", now)).isTrue();
        assertThat(schedule.untilDue(now)).contains(SECOND);
        now = now.plus(SECOND);
        assertThat(schedule.due(now)).containsExactly("pg");
        assertThat(schedule.mayWrite("pg", "b", now)).isTrue();
    }

    @Test
    void contentThatIsNotKeptIsWrittenLessAndLessOften() {
        int writes = 0;
        for (int second = 0; second < 3600; second++) {
            if (schedule.mayWrite("pg", "a", now)) {
                schedule.wrote("pg", "a", now);
                writes++;
            }
            now = now.plus(SECOND);
        }
        assertThat(writes).isBetween(10, 16);
    }

    @Test
    void otherContentDoesNotWaitForTheBackoffOfRejectedContent() {
        for (int i = 0; i < 10; i++) schedule.failed("pg", "a", Duration.ofMinutes(10), now);
        now = now.plus(SECOND);
        assertThat(schedule.mayWrite("pg", "a", now)).isFalse();
        assertThat(schedule.mayWrite("pg", "b", now)).isTrue();
    }

    @Test
    void aFailureThatIsNoRejectionIsRepeatedSoon() {
        for (int i = 0; i < 10; i++) schedule.failed("pg", "a", Duration.ofSeconds(20), now);
        assertThat(schedule.untilDue(now)).contains(Duration.ofSeconds(20));
    }

    @Test
    void anObjectThatIsAsItShouldBeWaitsForNothing() {
        schedule.failed("pg", "a", SECOND, now);
        schedule.settled("pg", now);
        assertThat(schedule.untilDue(now)).isEmpty();
        now = now.plus(SECOND);
        schedule.settled("pg", now);
        schedule.wrote("pg", "a", now);
        now = now.plus(SECOND);
        assertThat(schedule.mayWrite("pg", "a", now)).isTrue();
    }
}
