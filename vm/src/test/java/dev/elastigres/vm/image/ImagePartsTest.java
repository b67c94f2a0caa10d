package dev.elastigres.vm.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImagePartsTest {
    @TempDir Path folder;

    private static final DebianArchive DEBIAN =
            new DebianArchive("http://mirror.example/debian", Optional.empty());

    @Test
    void anImageIsKnownByItsInputs() throws Exception {
        var plain = new ImageRecipe(PostgresRelease.POSTGRES_15, DEBIAN, Optional.empty());
        assertThat(plain.identity()).matches("[0-9a-f]{12}").isEqualTo(plain.identity());
        var elsewhere = new DebianArchive("http://elsewhere.example/debian", Optional.empty());
        assertThat(
                        new ImageRecipe(PostgresRelease.POSTGRES_15, elsewhere, Optional.empty())
                                .identity())
                .isNotEqualTo(plain.identity());

        Path monitor = Files.writeString(folder.resolve("monitor.deb"), "built");
        var with = new ImageRecipe(PostgresRelease.POSTGRES_15, DEBIAN, Optional.of(monitor));
        String before = with.identity();
        assertThat(before).isNotEqualTo(plain.identity());
        Files.writeString(monitor, "rebuilt");
        assertThat(with.identity()).isNotEqualTo(before);
    }

    @Test
    void anInstalledProgramBringsTheMonitor() throws Exception {
        assertThat(LocalGuestImage.shippedMonitor("")).isEmpty();
        assertThat(LocalGuestImage.shippedMonitor(folder.toString())).isEmpty();
        Path file = Files.writeString(folder.resolve("elastigres-monitor.deb"), "packed");
        assertThat(LocalGuestImage.shippedMonitor(folder.toString())).contains(file);
    }

    @Test
    void theGuestsFilesAreAllThere() throws Exception {
        Path tree = Files.createDirectory(folder.resolve("tree"));
        GuestFiles.prepare(tree);
        GuestFiles.install(
                tree, new ImageRecipe(PostgresRelease.POSTGRES_15, DEBIAN, Optional.empty()));
        for (String script :
                List.of(
                        "boot",
                        "setup",
                        "postgres",
                        "monitor",
                        "monitor-run",
                        "monitor-setup",
                        "power-button",
                        "shutdown",
                        "guest-agent")) {
            assertThat(tree.resolve("usr/lib/elastigres").resolve(script)).isExecutable();
        }
        assertThat(tree.resolve("etc/acpi/power")).isExecutable();
        // Debian's psql runs the pager for long results.
        assertThat(tree.resolve("usr/bin/pager")).isExecutable();
        assertThat(tree.resolve("etc/elastigres/versions")).hasContent("POSTGRES_VERSION=15");
        assertThat(Files.readSymbolicLink(tree.resolve("usr/sbin/init")))
                .isEqualTo(Path.of("/bin/busybox"));
        assertThat(tree.resolve("usr/bin/elastigres-monitor")).doesNotExist();
    }

    @Test
    void aVariationIsAGuestOfItsOwn() throws Exception {
        Path program = Files.writeString(folder.resolve("program"), "built");
        String kept = "./lib/modules/*/kernel/fs/xfs/*";
        var recipe =
                ImageRecipe.of(
                        new GuestVariant(
                                "other",
                                List.of("containerd"),
                                List.of(kept),
                                Map.of(
                                        "etc/inittab", "::sysinit:/own\n",
                                        "own", "#!/bin/sh\n"),
                                Map.of("usr/bin/program", program)),
                        DEBIAN);
        assertThat(recipe.packages())
                .contains("linux-image-cloud-amd64", "containerd")
                .doesNotContain("postgresql-15");
        assertThat(PackageFetcher.UNWANTED_FILES).contains(kept);
        assertThat(recipe.packageSet().unwanted()).doesNotContain(kept).hasSizeGreaterThan(20);

        Path tree = Files.createDirectory(folder.resolve("tree"));
        GuestFiles.prepare(tree);
        GuestFiles.install(tree, recipe);
        assertThat(tree.resolve("etc/inittab")).hasContent("::sysinit:/own").isNotEmptyFile();
        assertThat(tree.resolve("own")).isExecutable();
        assertThat(tree.resolve("usr/bin/program")).isExecutable();
        assertThat(tree.resolve("usr/lib/elastigres/guest-agent")).isExecutable();

        String before = recipe.identity();
        Files.writeString(program, "rebuilt");
        assertThat(recipe.identity()).isNotEqualTo(before);
        var images = new Images(Files.createDirectory(folder.resolve("images")));
        Files.createFile(images.fileOf(recipe));
        assertThat(images.latest()).isEmpty();
    }

    @Test
    void packagesThatAreLeftOut() {
        assertThat(
                        List.of(
                                "perl_5.36.0-7_amd64.deb",
                                "libllvm14_1%3a14_amd64.deb",
                                "libjson-perl_4_all.deb"))
                .allMatch(name -> PackageFetcher.LEFT_OUT.matcher(name).matches());
        assertThat(
                        List.of(
                                "perl-base_5.36_amd64.deb",
                                "postgresql-15_15_amd64.deb",
                                "postgresql-client-15_15_amd64.deb"))
                .noneMatch(name -> PackageFetcher.LEFT_OUT.matcher(name).matches());
    }

    @Test
    void theArchiveHasTheFormThatLinuxUnpacks() {
        byte[] bytes =
                new CpioWriter().folder("bin").file("init", true, new byte[] {'h', 'i'}).finish();
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        // magic, inode, mode, uid, gid, links, time, size, four device numbers, name's length,
        // checksum
        assertThat(text)
                .startsWith(
                        "070701"
                                + "00000001"
                                + "000041ED"
                                + "00000000".repeat(2)
                                + "00000001"
                                + "00000000".repeat(6)
                                + "00000004"
                                + "00000000bin\0\0\0");
        assertThat(bytes.length % 4).isZero();
        int file = text.indexOf("070701", 8);
        assertThat(text.substring(file))
                .startsWith("070701" + "00000002" + "000081ED")
                .contains("init\0")
                .contains("hi");
        assertThat(file % 4).isZero();
        assertThat(text).contains("TRAILER!!!\0");
    }
}
