package dev.elastigres.vm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.vm.MemoryResizeWatch.WatchStep;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class MemoryResizeWatchTest {
    private static final Bytes NOTHING = Bytes.ZERO;
    private static final Bytes SOME = Bytes.ofMebibytes(512);
    private static final Bytes ALL = Bytes.ofMebibytes(1024);

    private static Moment at(long milliseconds) {
        return new Moment(milliseconds * 1_000_000);
    }

    private static MemoryResizeWatch growing(Duration within) {
        return MemoryResizeWatch.begin(ALL, NOTHING, at(0), within);
    }

    private static MemoryResizeWatch shrinking(Duration within) {
        return MemoryResizeWatch.begin(NOTHING, ALL, at(0), within);
    }

    @Test
    void doneWhenSeen() {
        assertThat(shrinking(Duration.ofMinutes(1)).next(NOTHING, at(1)))
                .isEqualTo(new WatchStep.Done());
        assertThat(shrinking(Duration.ofSeconds(1)).next(NOTHING, at(5000)))
                .as("even when it took too long")
                .isEqualTo(new WatchStep.Done());
    }

    @Test
    void progressIsOnlyWatched() {
        var watch = shrinking(Duration.ofMinutes(1));
        assertThat(watch.next(SOME, at(1400))).isInstanceOf(WatchStep.Poll.class);
        var next = ((WatchStep.Poll) watch.next(SOME, at(1400))).next();
        assertThat(next.next(SOME, at(2800)))
                .as("still less than the patience since")
                .isInstanceOf(WatchStep.Poll.class);
        assertThat(next.next(SOME, at(2900))).isInstanceOf(WatchStep.Resubmit.class);
    }

    @Test
    void aStuckGuestIsNudgedAFewTimesAndThenBelieved() {
        var watch = shrinking(Duration.ofMinutes(10));
        var steps = new ArrayList<String>();
        for (long time = 0; time < 40_000; time += 500) {
            var step = watch.next(SOME, at(time));
            switch (step) {
                case WatchStep.Done _ -> steps.add("done");
                case WatchStep.Poll(var next) -> watch = next;
                case WatchStep.Resubmit(var next) -> {
                    steps.add("nudge");
                    watch = next;
                }
                case WatchStep.GiveUp(var current) -> steps.add("has " + current);
            }
            if (step instanceof WatchStep.GiveUp) break;
        }
        assertThat(steps)
                .hasSize(MemoryResizeWatch.MAX_NUDGES + 1)
                .endsWith("nudge", "has 512MiB")
                .containsOnly("nudge", "has 512MiB");
    }

    @Test
    void aGuestThatTakesLongToGrowIsNeverGivenUpBeforeTheTimeIsUp() {
        var watch = growing(Duration.ofMinutes(1));
        for (long time = 0; time < 60_000; time += 500) {
            switch (watch.next(SOME, at(time))) {
                case WatchStep.Poll(var next) -> watch = next;
                case WatchStep.Resubmit(var next) -> watch = next;
                case WatchStep.Done _, WatchStep.GiveUp _ ->
                        throw new AssertionError("after " + time);
            }
        }
        assertThat(watch.next(SOME, at(60_001))).isEqualTo(new WatchStep.GiveUp(SOME));
    }

    @Test
    void progressResetsNudgeCount() {
        var watch =
                new MemoryResizeWatch(
                        NOTHING, at(600_000), ALL, at(0), MemoryResizeWatch.MAX_NUDGES);
        assertThat(watch.next(SOME, at(5000)))
                .isEqualTo(
                        new WatchStep.Poll(
                                new MemoryResizeWatch(NOTHING, at(600_000), SOME, at(5000), 0)));
    }

    @Test
    void theTimeIsUp() {
        assertThat(shrinking(Duration.ofSeconds(2)).next(SOME, at(2001)))
                .isEqualTo(new WatchStep.GiveUp(SOME));
    }
}
