package dev.elastigres.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.vm.MemoryWatch.Step;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class MemoryWatchTest {
    private static final Bytes NOTHING = Bytes.ZERO;
    private static final Bytes SOME = Bytes.ofMebibytes(512);
    private static final Bytes ALL = Bytes.ofMebibytes(1024);

    private static Moment at(long milliseconds) {
        return new Moment(milliseconds * 1_000_000);
    }

    private static MemoryWatch growing(Duration within) {
        return MemoryWatch.begin(ALL, NOTHING, at(0), within);
    }

    private static MemoryWatch shrinking(Duration within) {
        return MemoryWatch.begin(NOTHING, ALL, at(0), within);
    }

    @Test
    void doneWhenSeen() {
        assertThat(shrinking(Duration.ofMinutes(1)).next(NOTHING, at(1)))
                .isEqualTo(new Step.Done());
        assertThat(shrinking(Duration.ofSeconds(1)).next(NOTHING, at(5000)))
                .as("even when it took too long")
                .isEqualTo(new Step.Done());
    }

    @Test
    void progressIsOnlyWatched() {
        var watch = shrinking(Duration.ofMinutes(1));
        assertThat(watch.next(SOME, at(1400))).isInstanceOf(Step.Look.class);
        var next = ((Step.Look) watch.next(SOME, at(1400))).next();
        assertThat(next.next(SOME, at(2800)))
                .as("still less than the patience since")
                .isInstanceOf(Step.Look.class);
        assertThat(next.next(SOME, at(2900))).isInstanceOf(Step.Nudge.class);
    }

    @Test
    void aStuckGuestIsNudgedAFewTimesAndThenBelieved() {
        var watch = shrinking(Duration.ofMinutes(10));
        var steps = new ArrayList<String>();
        for (long time = 0; time < 40_000; time += 500) {
            var step = watch.next(SOME, at(time));
            switch (step) {
                case Step.Done _ -> steps.add("done");
                case Step.Look(var next) -> watch = next;
                case Step.Nudge(var next) -> {
                    steps.add("nudge");
                    watch = next;
                }
                case Step.GiveUp(var has) -> steps.add("has " + has);
            }
            if (step instanceof Step.GiveUp) break;
        }
        assertThat(steps)
                .hasSize(MemoryWatch.MOST_NUDGES + 1)
                .endsWith("nudge", "has 512MiB")
                .containsOnly("nudge", "has 512MiB");
    }

    @Test
    void aGuestThatTakesLongToGrowIsNeverGivenUpBeforeTheTimeIsUp() {
        var watch = growing(Duration.ofMinutes(1));
        for (long time = 0; time < 60_000; time += 500) {
            switch (watch.next(SOME, at(time))) {
                case Step.Look(var next) -> watch = next;
                case Step.Nudge(var next) -> watch = next;
                case Step.Done _, Step.GiveUp _ -> throw new AssertionError("after " + time);
            }
        }
        assertThat(watch.next(SOME, at(60_001))).isEqualTo(new Step.GiveUp(SOME));
    }

    @Test
    void progressAfterANudgeBeginsAnew() {
        var watch = new MemoryWatch(NOTHING, at(600_000), ALL, at(0), MemoryWatch.MOST_NUDGES);
        assertThat(watch.next(SOME, at(5000)))
                .isEqualTo(new Step.Look(new MemoryWatch(NOTHING, at(600_000), SOME, at(5000), 0)));
    }

    @Test
    void theTimeIsUp() {
        assertThat(shrinking(Duration.ofSeconds(2)).next(SOME, at(2001)))
                .isEqualTo(new Step.GiveUp(SOME));
    }
}
