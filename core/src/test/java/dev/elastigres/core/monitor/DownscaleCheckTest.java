package dev.elastigres.core.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.Refusal.StaleSample;
import dev.elastigres.core.monitor.Refusal.TooFewSamples;
import dev.elastigres.core.monitor.Refusal.TooLittleAvailable;
import dev.elastigres.core.monitor.Refusal.TooMuchUsed;
import dev.elastigres.core.monitor.Refusal.UsageUnreadable;
import dev.elastigres.core.units.Bytes;
import dev.elastigres.core.units.Moment;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DownscaleCheckTest {
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
    void refusalNamesSmallestSufficientSize() {
        assertThat(refusal(used(250))).isEmpty();
        Bytes min = refusal(used(251)).flatMap(Refusal::minMemory).orElseThrow();
        assertThat(min).isEqualTo(Bytes.ofMebibytes(513));
        assertThat(DownscaleCheck.refusal(min, used(251), MemoryRules.DEFAULT, NOW)).isEmpty();
        assertThat(refusal(new Usage.Unsampled()).orElseThrow().minMemory()).isEmpty();
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
        assertThat(refusal(new Usage.NotMonitored())).isEmpty();
    }

    // ---- memory outside of usage

    @Test
    void refusesWhenHugePagesLeaveTooLittleMemory() {
        // Of 4 GiB, 1.5 are static huge pages, and 1 is Postgres'.
        Usage usage = used(1024, machine(4096, 1_250_000));
        Refusal refusal =
                DownscaleCheck.refusal(Bytes.ofGibibytes(2), usage, MemoryRules.DEFAULT, NOW)
                        .orElseThrow();
        assertThat(refusal).isInstanceOf(TooLittleAvailable.class);
        assertThat(refusal.code()).isEqualTo("too_little_available");
        assertThat(refusal.text())
                .isEqualTo(
                        "2.81GiB of the VM's memory is not available, whether Postgres, other"
                                + " processes or the kernel use it, and with 2GiB no more than"
                                + " 1.81GiB may be: less than that + 100MiB");
        Bytes min = refusal.minMemory().orElseThrow();
        assertThat(min).isEqualTo(Bytes.ofMebibytes(3232));
        assertThat(DownscaleCheck.refusal(min, usage, MemoryRules.DEFAULT, NOW)).isEmpty();
    }

    @Test
    void isRefusedWhenOthersHoldTheMemory() {
        Usage usage = used(1024, machine(4096, 600_000));
        assertThat(DownscaleCheck.refusal(Bytes.ofGibibytes(2), usage, MemoryRules.DEFAULT, NOW))
                .get()
                .isInstanceOf(TooLittleAvailable.class);
    }

    @Test
    void isAgreedToWhenTheSmallerMachineLeavesEnoughAvailable() {
        // With 2 GiB 1948 MiB are usable, and 5 % of them and the buffer stay available.
        long kibibytes = (4096 - (1948 - 98 - 100)) << 10;
        Usage usage = used(1024, machine(4096, kibibytes));
        assertThat(DownscaleCheck.refusal(Bytes.ofGibibytes(2), usage, MemoryRules.DEFAULT, NOW))
                .isEmpty();
        Usage less = used(1024, machine(4096, kibibytes - 2048));
        assertThat(DownscaleCheck.refusal(Bytes.ofGibibytes(2), less, MemoryRules.DEFAULT, NOW))
                .isPresent();
    }

    @Test
    void isRefusedWhenTheMachinesMemoryCannotBeReadAnyMore() {
        Usage usage = used(100, new MachineMemory.Unreadable("cannot read meminfo: no such file"));
        assertThat(refusal(usage))
                .contains(new UsageUnreadable("cannot read meminfo: no such file"));
    }

    private static MachineMemory machine(long mebibytes, long availableKibibytes) {
        Bytes total = Bytes.ofMebibytes(mebibytes);
        return new MachineMemory.Known(total, total.minus(Bytes.ofKibibytes(availableKibibytes)));
    }

    private static Usage used(long mebibytes, MachineMemory machine) {
        Bytes bytes = Bytes.ofMebibytes(mebibytes);
        return new Usage.Known(bytes, bytes, 5, NOW, UsageForecast.none(bytes), machine);
    }

    private static Usage used(long mebibytes) {
        Bytes bytes = Bytes.ofMebibytes(mebibytes);
        return new Usage.Known(bytes, bytes, 5, NOW);
    }

    private static Optional<Refusal> refusal(Usage usage) {
        return DownscaleCheck.refusal(TARGET, usage, MemoryRules.DEFAULT, NOW);
    }
}
