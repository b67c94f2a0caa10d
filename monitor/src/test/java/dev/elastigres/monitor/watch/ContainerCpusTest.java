package dev.elastigres.monitor.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.elastigres.core.monitor.CpuReading;
import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.monitor.pods.FakeContainer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerCpusTest {
    private static final long SECOND = 1_000_000_000;

    @TempDir Path folder;
    private FakeContainer container;
    private ContainerCpus cpus;

    @BeforeEach
    void open() throws Exception {
        Files.writeString(folder.resolve("stat"), "cpu 1\ncpu0 1\ncpu1 1\ncpu2 1\nintr 1\n");
        container = FakeContainer.in(folder.resolve("pod/one"));
        cpus = new ContainerCpus(new KernelReader(), container.folder(), folder);
    }

    @Test
    void countsCpusAllowedByLimits() throws Exception {
        assertThat(cpus.count()).hasValue(3);
        container.cpuLimit(0.5);
        assertThat(cpus.count()).hasValue(0.5);
        Files.writeString(folder.resolve("pod/cpu.max"), "25000 100000\n");
        assertThat(cpus.count()).hasValue(0.25);
    }

    @Test
    void reportsTasksThatNeedACpu() throws Exception {
        container.cpuLimit(0.5);
        assertThat(cpus.look(0, 0, true)).isEmpty();
        // Two tasks that run for a quarter of the time.
        container.cpuTime(500_000).cpuStall(900_000, 750_000);
        assertThat(cpus.look(SECOND, 0.9, true)).contains(new CpuReading(0.5, 1, 0.9, 2));
        assertThat(cpus.load().orElseThrow().one()).isCloseTo(2, within(0.001));
        // Then idle for a minute.
        assertThat(cpus.look(61 * SECOND, 0, true)).contains(new CpuReading(0.5, 0, 0, 0));
        assertThat(cpus.load().orElseThrow().one()).isCloseTo(2 / Math.E, within(0.001));
        assertThat(cpus.load().orElseThrow().five()).isGreaterThan(1.6);
    }

    @Test
    void cpuUsageIsUnknownWithoutKernelFiles() throws Exception {
        assertThat(cpus.look(0, 0, true)).isEmpty();
        Files.delete(container.folder().resolve("cpu.stat"));
        assertThat(cpus.look(SECOND, 0, true)).isEmpty();
        assertThat(cpus.load()).isEmpty();
    }
}
