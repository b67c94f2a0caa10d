package dev.elastigres.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.units.Bytes;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class HostSizeTest {
    @TempDir private Path folder;

    @Test
    void readsTheTotalMemory() throws Exception {
        Path meminfo =
                Files.writeString(
                        folder.resolve("meminfo"), "MemTotal:  2097152 kB\nMemFree: 1 kB\n");
        assertThat(HostSize.read(meminfo).memory()).isEqualTo(Bytes.ofGibibytes(2));
        assertThat(HostSize.read(meminfo).vcpus()).isPositive();
    }

    @Test
    void reportsWhyTheMemoryIsUnknown() throws Exception {
        Path none = folder.resolve("none");
        assertThatThrownBy(() -> HostSize.read(none))
                .isInstanceOf(AgentStartException.class)
                .hasMessage("there is no " + none);
        Path other = Files.writeString(folder.resolve("other"), "MemFree: 1 kB\n");
        assertThatThrownBy(() -> HostSize.read(other)).hasMessage(other + " has no MemTotal");
    }

    /// The file of a hung lxcfs, imitated by a FIFO without a writer.
    @Test
    @Timeout(30)
    void aFileThatDoesNotAnswerIsReported() throws Exception {
        Path fifo = folder.resolve("meminfo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor()).isZero();
        assertThatThrownBy(() -> HostSize.read(fifo))
                .isInstanceOf(AgentStartException.class)
                .hasMessage(fifo + " does not answer");
    }
}
