package dev.elastigres.reclaimer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import dev.elastigres.protocol.reclaim.ReclaimReply.ReclaimEnd;
import dev.elastigres.reclaimer.ReclaimProgress.CgroupSample;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReclaimProgressTest {
    private static final Moment START = new Moment(0);

    private Moment now = START;
    private Duration stalled = Duration.ofSeconds(7);

    @Test
    void comesDownInStepsAndNoFurtherThanAsked() {
        var progress = begin(1600, 800, 0);
        long usage = 1600;
        int steps = 0;
        while (progress.ending().isEmpty()) {
            long step = progress.next().toMebibytes();
            assertThat(step).isBetween(1L, 128L);
            usage -= step;
            assertThat(usage).isGreaterThanOrEqualTo(800);
            see(progress, usage, 50);
            steps++;
        }
        assertThat(progress.ending()).contains(ReclaimEnd.DONE);
        assertThat(usage).isEqualTo(800);
        assertThat(steps).isEqualTo(16);
    }

    @Test
    void neverGoesBelowTheFloor() {
        var progress = begin(1000, 900, 700);
        assertThat(progress.next().toMebibytes()).isLessThanOrEqualTo(300);
        see(progress, 710, 50);
        assertThat(progress.next()).isEqualTo(Bytes.ofMebibytes(10));
        see(progress, 700, 50);
        assertThat(progress.ending()).contains(ReclaimEnd.DONE);
        assertThat(begin(500, 100, 500).ending()).contains(ReclaimEnd.DONE);
    }

    @Test
    void stopsWhenProcessesWaitForMemory() {
        var progress = begin(1000, 900, 0);
        // Single page faults are no pressure, and neither is a tenth of a long step.
        stalled = stalled.plusMillis(19);
        see(progress, 950, 50);
        stalled = stalled.plusMillis(40);
        see(progress, 900, 500);
        assertThat(progress.ending()).isEmpty();
        stalled = stalled.plusMillis(30);
        see(progress, 850, 100);
        assertThat(progress.ending()).contains(ReclaimEnd.PRESSURE);
    }

    @Test
    void stopsWhenNothingIsLeft() {
        var progress = begin(1000, 900, 0);
        see(progress, 950, 50);
        see(progress, 950, 50);
        see(progress, 949, 50);
        see(progress, 949, 50);
        assertThat(progress.ending()).isEmpty();
        see(progress, 949, 50);
        see(progress, 949, 50);
        assertThat(progress.ending()).contains(ReclaimEnd.NOTHING_LEFT);
    }

    @Test
    void stopsWhenItsTimeIsOver() {
        var progress = begin(1000, 900, 0);
        see(progress, 900, 4_999);
        assertThat(progress.ending()).isEmpty();
        see(progress, 800, 1);
        assertThat(progress.ending()).contains(ReclaimEnd.TIMEOUT);
    }

    private ReclaimProgress begin(long usage, long bytes, long floor) {
        now = START;
        return new ReclaimProgress(
                Bytes.ofMebibytes(bytes),
                Bytes.ofMebibytes(floor),
                START.plus(Duration.ofSeconds(5)),
                new CgroupSample(now, Bytes.ofMebibytes(usage), stalled));
    }

    private void see(ReclaimProgress progress, long usage, long millisLater) {
        now = now.plus(Duration.ofMillis(millisLater));
        progress.seen(new CgroupSample(now, Bytes.ofMebibytes(usage), stalled));
    }
}
