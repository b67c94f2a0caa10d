package dev.elastigres.distribution;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.ar.ArArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DebianPackageTest {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final String LONG = "usr/lib/thing/" + "a-long-name/".repeat(12) + "end";

    private final Path folder;
    private final Path source;

    DebianPackageTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        source = Files.createDirectory(folder.resolve("source"));
        Path program = Files.writeString(source.resolve("program"), "#!/bin/sh\necho hello\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        Files.createSymbolicLink(source.resolve("link"), Path.of("program"));
    }

    private DebianPackage thing() throws IOException {
        var fields = new LinkedHashMap<String, String>();
        fields.put("Package", "thing");
        fields.put("Version", "1.2.3");
        fields.put("Architecture", "amd64");
        fields.put("Maintainer", "Somebody");
        fields.put("Description", "a thing\n that does something");
        var data =
                new PackageTree()
                        .copy("usr/lib/thing", source)
                        .text(LONG, "deep\n", false)
                        .text("etc/thing.conf", "a = 1\n", false);
        return new DebianPackage(
                fields, Map.of("postinst", "#!/bin/sh\nexit 0\n"), List.of("etc/thing.conf"), data);
    }

    @Test
    void equalContentsMakeEqualBytes() throws Exception {
        Path one = folder.resolve("one.deb");
        Path two = folder.resolve("two.deb");
        thing().write(one, TIME);
        // Another checkout has other modification times.
        Files.setLastModifiedTime(source.resolve("program"), FileTime.fromMillis(0));
        thing().write(two, TIME);
        assertThat(two).hasSameBinaryContentAs(one);
        thing().write(two, TIME.plusSeconds(2));
        assertThat(Files.mismatch(one, two)).isNotNegative();
    }

    @Test
    void identityDependsOnContent() throws Exception {
        String before = thing().identity(TIME);
        assertThat(before).matches("[0-9a-f]{12}").isEqualTo(thing().identity(TIME));
        assertThat(thing().identity(TIME.plusSeconds(2))).isNotEqualTo(before);
        Files.writeString(source.resolve("program"), "changed");
        assertThat(thing().identity(TIME)).isNotEqualTo(before);
    }

    @Test
    void containsWhatDpkgExpects() throws Exception {
        Path file = folder.resolve("thing.deb");
        thing().write(file, TIME);
        var members = new LinkedHashMap<String, byte[]>();
        try (var ar = new ArArchiveInputStream(Files.newInputStream(file))) {
            for (var entry = ar.getNextEntry(); entry != null; entry = ar.getNextEntry())
                members.put(entry.getName(), ar.readAllBytes());
        }
        assertThat(members.keySet())
                .containsExactly("debian-binary", "control.tar.gz", "data.tar.gz");
        assertThat(members.get("debian-binary")).asString().isEqualTo("2.0\n");

        Map<String, TarArchiveEntry> control =
                entries(requireNonNull(members.get("control.tar.gz")));
        assertThat(control)
                .containsOnlyKeys("./", "./conffiles", "./control", "./md5sums", "./postinst");
        assertThat(requireNonNull(control.get("./postinst")).getMode() & 0777).isEqualTo(0755);

        Map<String, TarArchiveEntry> data = entries(requireNonNull(members.get("data.tar.gz")));
        assertThat(data).containsKeys("./usr/", "./usr/lib/", "./usr/lib/thing/", "./" + LONG);
        assertThat(data.values())
                .allSatisfy(
                        entry -> {
                            assertThat(entry.getLongUserId()).isZero();
                            assertThat(entry.getUserName()).isEqualTo("root");
                            assertThat(entry.getLastModifiedTime().toInstant()).isEqualTo(TIME);
                        });
        assertThat(requireNonNull(data.get("./usr/lib/thing/program")).getMode() & 0777)
                .isEqualTo(0755);
        assertThat(requireNonNull(data.get("./etc/thing.conf")).getMode() & 0777).isEqualTo(0644);
        assertThat(requireNonNull(data.get("./usr/lib/thing/link")).getLinkName())
                .isEqualTo("program");
    }

    private static Map<String, TarArchiveEntry> entries(byte[] archive) throws IOException {
        var entries = new LinkedHashMap<String, TarArchiveEntry>();
        try (var tar =
                new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(archive)))) {
            for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry())
                entries.put(entry.getName(), entry);
        }
        return entries;
    }

    @Test
    void dpkgReadsIt() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/dpkg-deb")), "needs dpkg");
        Path file = folder.resolve("thing.deb");
        thing().write(file, TIME);
        assertThat(dpkg("--field", file.toString()))
                .contains("Package: thing\n", "Version: 1.2.3\n", "Installed-Size: ");
        assertThat(dpkg("--contents", file.toString()))
                .contains("root/root", "./usr/lib/thing/link -> program", "./" + LONG);
        Path unpacked = folder.resolve("unpacked");
        dpkg("--extract", file.toString(), unpacked.toString());
        assertThat(unpacked.resolve("usr/lib/thing/program"))
                .isExecutable()
                .hasSameBinaryContentAs(source.resolve("program"));
        assertThat(unpacked.resolve(LONG)).hasContent("deep\n");
    }

    private static String dpkg(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("dpkg-deb"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
