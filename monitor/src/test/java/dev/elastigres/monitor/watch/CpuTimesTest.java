package dev.elastigres.monitor.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.core.monitor.CpuReading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuTimesTest {
    private static final String CPU0 = "cpu0 1 2 3 4 0 0 0 0 0 0\n";

    @TempDir Path folder;

    private CpuTimes read(String stat, String pressure) throws Exception {
        Files.writeString(folder.resolve("stat"), stat);
        Files.writeString(folder.resolve("cpu.pressure"), pressure);
        return CpuTimes.read(folder, folder).orElseThrow();
    }

    @Test
    void readsWhatTheKernelWrites() throws Exception {
        String stat =
                """
                cpu  100 20 30 400 50 1 2 3 77 0
                cpu0 1 2 3 4 0 0 0 0 0 0
                cpu1 1 2 3 4 0 0 0 0 0 0
                intr 9 0 9
                ctxt 9
                btime 9
                processes 9
                procs_running 5
                procs_blocked 1
                """;
        String pressure =
                """
                some avg10=1.00 avg60=1.00 avg300=1.00 total=2500000
                full avg10=0.00 avg60=0.00 avg300=0.00 total=9
                """;
        CpuTimes times = read(stat, pressure);
        // Guests' time is among that of users, and waiting for a disk is no work.
        assertThat(times).isEqualTo(new CpuTimes(2, 156, 606, 4, Duration.ofMillis(2500)));
    }

    @Test
    void takesTheDifferenceOfTwo() throws Exception {
        var before = new CpuTimes(2, 100, 200, 4, Duration.ofSeconds(10));
        var after = new CpuTimes(2, 280, 400, 3, Duration.ofMillis(10_750));
        assertThat(CpuWatcher.reading(before, after, Duration.ofSeconds(1)))
                .isEqualTo(new CpuReading(2, 0.9, 0.75, 3));
    }

    @Test
    void aCgroupMadeAnewHasWaitedForNothing() {
        var before = new CpuTimes(2, 100, 200, 4, Duration.ofSeconds(10));
        var after = new CpuTimes(2, 100, 200, 4, Duration.ZERO);
        assertThat(CpuWatcher.reading(before, after, Duration.ofSeconds(1)))
                .isEqualTo(new CpuReading(2, 0, 0, 4));
    }

    @Test
    void saysNothingWithoutPressure() throws Exception {
        Files.writeString(folder.resolve("stat"), "cpu  1 2 3 4\n" + CPU0 + "procs_running 2\n");
        assertThat(CpuTimes.read(folder, folder)).isEmpty();
    }

    @Test
    void saysNothingWithoutTheMachine() throws Exception {
        Files.writeString(folder.resolve("cpu.pressure"), "some avg10=0.00 total=1\n");
        assertThat(CpuTimes.read(folder, folder)).isEmpty();
    }
}
