package dev.elastigres.monitor.watch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.elastigres.daemon.metrics.KernelReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnlineCpusTest {
    private final KernelReader reader = new KernelReader();
    @TempDir Path folder;

    @Test
    void countsCpusOnEachCall() throws Exception {
        var cpus = new OnlineCpus(reader, folder);
        assertThat(cpus.count()).as("no such file").isEmpty();
        var tree = new FakeKernelTree(folder).cpus(4);
        assertThat(cpus.count()).hasValue(4);
        tree.cpus(12);
        assertThat(cpus.count()).hasValue(12);
        Files.writeString(folder.resolve("stat"), "intr 7 0 0\n");
        assertThat(cpus.count()).isEmpty();
    }

    @Test
    void countsCpusOfThisMachine() {
        assertThat(new OnlineCpus(reader, Path.of("/proc")).count().orElseThrow()).isPositive();
    }
}
