package dev.elastigres.vm.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.elastigres.core.units.Bytes;
import dev.elastigres.host.process.ProcessIdentity;
import dev.elastigres.vm.VmException;
import dev.elastigres.vm.state.FileLocks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagesTest {
    @TempDir private Path folder;

    private final FileLocks locks = new FileLocks();
    private Images images = new Images(Path.of(""));

    @BeforeEach
    void images() {
        images = new Images(folder);
    }

    private Path image(String name) throws Exception {
        return Files.write(folder.resolve(name + ".img"), new byte[1 << 16]);
    }

    private Path leftover() throws Exception {
        Path work = Files.createDirectory(folder.resolve(Images.UNFINISHED + "123"));
        Files.createDirectories(work.resolve("tree/usr/bin"));
        Files.writeString(work.resolve("tree/usr/bin/psql"), "half");
        return work;
    }

    @Test
    void removesLeftoversAndProgramsOfKilledBuild() throws Exception {
        Path work = leftover();
        Path log = Files.writeString(work.resolve("console.log"), "booting");
        Process orphan = new ProcessBuilder("tail", "-f", log.toString()).start();
        try {
            ProcessIdentity identity = ProcessIdentity.of(orphan.pid()).orElseThrow();
            images.sweep(locks);
            assertThat(work).doesNotExist();
            assertThat(orphan.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(identity.isAlive()).isFalse();
        } finally {
            orphan.destroyForcibly();
        }
    }

    @Test
    void keepsFilesOfRunningBuild() throws Exception {
        Path work = leftover();
        try (var _ = locks.tryLock(images.lock(), "image build").orElseThrow()) {
            images.sweep(locks);
            assertThat(work).exists();
        }
        images.sweep(locks);
        assertThat(work).doesNotExist();
    }

    @Test
    void leftoversAreListedAndRemovedUnlessTheirCommandRuns() throws Exception {
        assertThat(new Images(folder.resolve("none")).leftovers(locks)).isEmpty();
        assertThat(new Images(folder.resolve("none")).removeLeftovers(locks)).isEmpty();
        Path image = image("postgres-15-a");
        assertThat(images.leftovers(locks)).isEmpty();
        Path work = leftover();
        Files.write(work.resolve("disk.img"), new byte[1 << 20]);
        Path renamed = Files.move(image, folder.resolve(".deleted-postgres-15-a.img"));
        // Another process builds, or deletes.
        var others = new FileLocks();
        try (var _ = locks.tryLock(images.lock(), "image build").orElseThrow()) {
            assertThat(images.leftovers(locks))
                    .extracting(Images.ImageLeftover::path)
                    .containsExactly(renamed);
            assertThat(images.removeLeftovers(locks)).isEmpty();
            assertThat(work).exists();
            assertThat(image).exists();
        }
        List<Images.ImageLeftover> leftovers = images.leftovers(others);
        assertThat(leftovers)
                .singleElement()
                .satisfies(
                        it -> assertThat(it.path()).isEqualTo(work),
                        it -> assertThat(it.cause()).isEqualTo("left by a killed build"),
                        it -> assertThat(it.onDisk()).isGreaterThanOrEqualTo(Bytes.ofMebibytes(1)));
        assertThat(images.removeLeftovers(others)).isEqualTo(leftovers);
        assertThat(work).doesNotExist();
        assertThat(images.leftovers(others)).isEmpty();
        assertThat(images.list()).hasSize(1);
    }

    @Test
    void listsOnlyImages() throws Exception {
        assertThat(new Images(folder.resolve("none")).list()).isEmpty();
        image("postgres-15-b");
        image("postgres-15-a");
        leftover();
        Files.writeString(folder.resolve(".lock"), "");
        assertThat(images.list())
                .extracting(Images.ImageEntry::name)
                .containsExactly("postgres-15-a", "postgres-15-b");
        assertThat(images.list().getFirst().onDisk()).isGreaterThanOrEqualTo(Bytes.ofKibibytes(64));
    }

    @Test
    void findsAnImageByItsNameItsFileAndItsPath() throws Exception {
        Path file = image("postgres-15-a");
        for (String name : List.of("postgres-15-a", "postgres-15-a.img", file.toString()))
            assertThat(images.find(name).file()).isEqualTo(file);
        assertThatThrownBy(() -> images.find("postgres-15"))
                .isInstanceOf(VmException.Refused.class)
                .hasMessageContaining("there is no image postgres-15");
    }

    @Test
    void anImageThatIsNeededStays() throws Exception {
        Path file = image("postgres-15-a");
        Images.ImageEntry entry = images.find("postgres-15-a");
        assertThatThrownBy(
                        () ->
                                images.delete(
                                        entry,
                                        locks,
                                        () -> {
                                            assertThat(file).doesNotExist();
                                            throw new VmException.Refused("needed");
                                        }))
                .hasMessage("needed");
        assertThat(file).exists();
        images.delete(entry, locks, () -> {});
        assertThat(file).doesNotExist();
        assertThatThrownBy(() -> images.delete(entry, locks, () -> {}))
                .hasMessageContaining("any more");
    }

    @Test
    void aDeletionThatWasKilledIsUndone() throws Exception {
        Path needed = image("postgres-15-a");
        Images.ImageEntry other =
                new Images.ImageEntry("b", image("b"), Bytes.ZERO, images.find("b").usedAt());
        Files.move(needed, folder.resolve(".deleted-" + needed.getFileName()));
        images.delete(other, locks, () -> {});
        assertThat(needed).exists();
        assertThat(images.list())
                .extracting(Images.ImageEntry::name)
                .containsExactly("postgres-15-a");
    }
}
