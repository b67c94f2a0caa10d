package dev.elastigres.monitor.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.monitor.pods.FakeContainer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerTotalTest {
    @TempDir Path folder;
    private FakeContainer container;
    private ContainerTotal total;

    @BeforeEach
    void open() throws Exception {
        Files.writeString(
                folder.resolve("meminfo"), "MemTotal: 8388608 kB\nMemAvailable: 4194304 kB\n");
        container = FakeContainer.in(folder.resolve("pod/one"));
        total = ContainerTotal.of(container.folder(), folder, folder.resolve("meminfo"));
    }

    @AfterEach
    void close() {
        total.close();
    }

    @Test
    void usesLimitOfContainer() throws Exception {
        container.limit(1024).usage(300);
        reads(1024, 724);
        container.podLimit(1024);
        reads(1024, 724);
        container.limit(200);
        reads(200, 0);
    }

    @Test
    void usesPodLimitWhenLower() throws Exception {
        container.podLimit(512).usage(300);
        reads(512, 212);
        container.limit(1024);
        reads(512, 212);
    }

    @Test
    void usesMachineTotalWithoutLimit() throws Exception {
        reads(8192, 4096);
    }

    @Test
    void aContainerWithoutALimitUsesOnlyItsOwnMemory() throws Exception {
        container.usage(300);
        reads(8192, 4096);
        assertThat(total.room().orElseThrow().available())
                .as("other programs use 4 GiB")
                .contains(Bytes.ofMebibytes(8192 - 300));
    }

    @Test
    void theRootOfTheHierarchyHasNoLimits() throws Exception {
        Files.delete(container.folder().resolve("../memory.max"));
        total.close();
        total =
                ContainerTotal.of(
                        container.folder(),
                        container.folder().resolve(".."),
                        folder.resolve("meminfo"));
        container.limit(1024).usage(300);
        reads(1024, 724);
    }

    @Test
    void totalIsUnknownWithoutLimitFile() throws Exception {
        Files.delete(container.folder().resolve("memory.max"));
        assertThatThrownBy(total::read)
                .isInstanceOf(KernelReadException.class)
                .hasMessageContaining("memory.max: no such file");
        assertThat(total.room()).isEmpty();
        Files.writeString(container.folder().resolve("memory.max"), "many\n");
        assertThatThrownBy(total::read).hasMessageEndingWith("memory.max has no number");
    }

    @Test
    void rejectsImplausibleFigures() throws Exception {
        Files.writeString(container.folder().resolve("memory.max"), "9223372036854775807\n");
        assertThatThrownBy(total::read)
                .hasMessageEndingWith("memory.max is implausible: 9223372036854775807");
        container.limit(1024);
        total.close();
        Files.writeString(
                container.folder().resolve("memory.stat"), "active_file 9223372036854775807\n");
        assertThatThrownBy(total::read).hasMessageContaining("memory.stat is implausible");
    }

    private void reads(long mebibytes, long available) throws Exception {
        // Replaced files are detected half a second later.
        total.close();
        assertThat(total.read()).isEqualTo(Bytes.ofMebibytes(mebibytes));
        assertThat(total.availableBytes()).isEqualTo(available << 20);
        assertThat(total.room().orElseThrow().total()).isEqualTo(Bytes.ofMebibytes(mebibytes));
    }
}
