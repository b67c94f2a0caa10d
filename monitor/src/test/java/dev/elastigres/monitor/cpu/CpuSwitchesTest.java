package dev.elastigres.monitor.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.daemon.metrics.KernelReader;
import dev.elastigres.monitor.cpu.CpuSwitches.CpuCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Uses a directory that imitates the kernel's, with files that accept any text.
class CpuSwitchesTest {
    @TempDir Path folder;

    private final KernelReader reader = new KernelReader();

    @AfterEach
    void close() {
        reader.close();
    }

    private void cpu(int number, String online) throws IOException {
        Path cpu = Files.createDirectories(folder.resolve("cpu" + number));
        if (!online.isEmpty()) Files.writeString(cpu.resolve("online"), online + "\n");
    }

    private String online(int number) throws IOException {
        return Files.readString(folder.resolve("cpu" + number).resolve("online")).strip();
    }

    @Test
    void countsThoseThatAreOn() throws Exception {
        cpu(0, "");
        cpu(1, "1");
        cpu(2, "0");
        Files.createDirectories(folder.resolve("cpufreq"));
        Files.writeString(folder.resolve("present"), "0-2");
        assertThat(new CpuSwitches(reader, folder).count()).isEqualTo(new CpuCounts(2, 3));
    }

    @Test
    void theLowestAreOn() throws Exception {
        cpu(0, "");
        for (int number : new int[] {1, 2, 9, 10}) cpu(number, "0");
        cpu(10, "1");
        assertThat(new CpuSwitches(reader, folder).switchTo(3)).isEqualTo(new CpuCounts(3, 5));
        assertThat(online(1) + online(2) + online(9) + online(10)).isEqualTo("1100");
        assertThat(new CpuSwitches(reader, folder).switchTo(1)).isEqualTo(new CpuCounts(1, 5));
        assertThat(online(1) + online(2) + online(9) + online(10)).isEqualTo("0000");
    }

    @Test
    void countsOnlyPresentCpus() throws Exception {
        cpu(0, "");
        cpu(1, "0");
        assertThat(new CpuSwitches(reader, folder).switchTo(4)).isEqualTo(new CpuCounts(2, 2));
    }

    @Test
    void theFirstStaysOnEvenWhereItHasASwitch() throws Exception {
        cpu(0, "1");
        assertThat(new CpuSwitches(reader, folder).switchTo(0)).isEqualTo(new CpuCounts(1, 1));
    }

    @Test
    void aSwitchThatCannotBeSetIsNamed() throws Exception {
        cpu(0, "");
        Files.createDirectories(folder.resolve("cpu1").resolve("online"));
        assertThatThrownBy(() -> new CpuSwitches(reader, folder).switchTo(2))
                .isInstanceOf(CpuException.class)
                .hasMessageStartingWith("cannot read cpu1: ");
    }
}
