package dev.elastigres.monitor.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.daemon.metrics.KernelText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuTimesTest {
    @TempDir Path procfs;

    @Test
    void readsKernelFormat() throws Exception {
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
        Files.writeString(procfs.resolve("stat"), stat);
        // Guest time is included in user time, and I/O wait is not busy.
        assertThat(times()).contains(new CpuTimes(2, 156, 606, 4));
    }

    private Optional<CpuTimes> times() {
        return CpuTimes.of(KernelText.read(procfs.resolve("stat")));
    }

    @Test
    void readsBehindTheInterruptsOfALargeMachine() throws Exception {
        Files.writeString(
                procfs.resolve("stat"),
                "cpu  1 2 3 4\ncpu0 1 2 3 4\nintr 9" + " 0".repeat(40_000) + "\nprocs_running 5\n");
        assertThat(times().orElseThrow().runnable()).isEqualTo(4);
    }

    @Test
    void takesTheDifferenceOfTwo() {
        var before = new CpuTimes(2, 100, 200, 4);
        assertThat(new CpuTimes(2, 280, 400, 3).busySince(before)).isEqualTo(0.9);
        assertThat(before.busySince(before)).as("at once").isZero();
        assertThat(new CpuTimes(1, 60, 150, 1).busySince(before)).as("one went off").isZero();
    }

    @Test
    void isUnknownWithoutKernelFigures() throws Exception {
        assertThat(times()).isEmpty();
        Files.writeString(procfs.resolve("stat"), "cpu  1 2 3 4\ncpu0 1 2 3 4\nintr 9\n");
        assertThat(times()).isEmpty();
    }
}
