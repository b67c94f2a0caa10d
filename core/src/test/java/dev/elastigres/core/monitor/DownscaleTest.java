package dev.elastigres.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.Refusal.StaleSample;
import dev.elastigres.core.monitor.Refusal.TooFewSamples;
import dev.elastigres.core.monitor.Refusal.TooMuchUsed;
import dev.elastigres.core.monitor.Refusal.UsageUnreadable;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DownscaleTest {
    private static final Moment NOW = new Moment(Duration.ofHours(1).toNanos());
    // With 512 MiB the threshold is 0.85 * (512 - 100) = 350.2 MiB.
    private static final Bytes TARGET = Bytes.ofMebibytes(512);

    @Test
    void isAgreedToWhenTheBufferIsKept() {
        assertThat(refusal(used(250))).isEmpty();
    }

    @Test
    void isRefusedWhenTheBufferIsTouched() {
        assertThat(refusal(used(251))).get().isInstanceOf(TooMuchUsed.class);
        assertThat(refusal(used(251)).orElseThrow().text())
                .isEqualTo(
                        "Postgres uses 251MiB, and with 512MiB the threshold would be 350.2MiB:"
                                + " less than usage + 100MiB");
    }

    @Test
    void isRefusedWithTheLeastThatWouldDo() {
        assertThat(refusal(used(250))).isEmpty();
        Bytes least = refusal(used(251)).flatMap(Refusal::leastMemory).orElseThrow();
        assertThat(least).isEqualTo(Bytes.ofMebibytes(513));
        assertThat(Downscale.refusal(least, used(251), MemoryRules.DEFAULT, NOW)).isEmpty();
        assertThat(refusal(new Usage.Unsampled()).orElseThrow().leastMemory()).isEmpty();
    }

    @Test
    void looksAtTheNewestSampleWhenThatIsAboveTheAverage() {
        var rising = new Usage.Known(Bytes.ofMebibytes(100), Bytes.ofMebibytes(400), 5, NOW);
        assertThat(refusal(rising)).get().isInstanceOf(TooMuchUsed.class);
        var falling = new Usage.Known(Bytes.ofMebibytes(400), Bytes.ofMebibytes(100), 5, NOW);
        assertThat(refusal(falling)).get().isInstanceOf(TooMuchUsed.class);
    }

    @Test
    void isRefusedWithoutEnoughSamples() {
        assertThat(refusal(new Usage.Known(Bytes.ZERO, Bytes.ZERO, 1, NOW)))
                .contains(new TooFewSamples(1, 2));
        assertThat(refusal(new Usage.Unsampled())).contains(new TooFewSamples(0, 2));
    }

    @Test
    void isRefusedOnAStaleSample() {
        Moment fresh = NOW.plus(Duration.ofSeconds(-5));
        assertThat(refusal(new Usage.Known(Bytes.ZERO, Bytes.ZERO, 5, fresh))).isEmpty();
        Moment stale = NOW.plus(Duration.ofMillis(-5001));
        assertThat(refusal(new Usage.Known(Bytes.ZERO, Bytes.ZERO, 5, stale)))
                .get()
                .isInstanceOf(StaleSample.class);
    }

    @Test
    void isRefusedWhenUsageIsUnknown() {
        assertThat(refusal(new Usage.Unreadable("cannot read /x: no such file")))
                .contains(new UsageUnreadable("cannot read /x: no such file"));
    }

    @Test
    void isAgreedToWhenNothingIsWatched() {
        assertThat(refusal(new Usage.Unwatched())).isEmpty();
    }

    private static Usage used(long mebibytes) {
        Bytes bytes = Bytes.ofMebibytes(mebibytes);
        return new Usage.Known(bytes, bytes, 5, NOW);
    }

    private static Optional<Refusal> refusal(Usage usage) {
        return Downscale.refusal(TARGET, usage, MemoryRules.DEFAULT, NOW);
    }
}
