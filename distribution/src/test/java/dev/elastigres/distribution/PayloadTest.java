package dev.elastigres.distribution;

import static dev.elastigres.distribution.Payload.PayloadKind.MONITOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests how a payload is put together, with a fake runtime and fake jars.
class PayloadTest {
    private static final Instant TIME = Instant.parse("2026-01-01T00:00:00Z");
    private static final String OPTION = "-XX:AOTConfiguration=";
    /// A fake `java` that copies the recorded classes to the AOT cache.
    private static final String JAVA =
            """
            #!/bin/sh
            for word; do
                case $word in
                    -XX:AOTConfiguration=*) notes=${word#*=} ;;
                    -XX:AOTCache=*) cp "$notes" "${word#*=}" ;;
                    -cp) cat /proc/self/fd/9/b-1.jar > /dev/null || exit 1 ;;
                esac
            done
            """;

    private final Path folder;
    private final Path runtime;
    private final List<Path> jars;
    private int trainings;

    PayloadTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        runtime = folder.resolve("runtime-1");
        Files.createDirectories(runtime.resolve("bin"));
        Path java = Files.writeString(runtime.resolve("bin/java"), JAVA);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.createSymbolicLink(runtime.resolve("link"), Path.of("bin/java"));
        jars =
                List.of(
                        Files.writeString(folder.resolve("a-1.jar"), "a"),
                        Files.writeString(folder.resolve("b-1.jar"), "b"));
    }

    /// Records other classes each time, as the JVM does.
    private void train(List<String> command) {
        assertThat(command.getLast()).isEqualTo("dev.elastigres.monitor.Main");
        trainings++;
        String notes =
                command.stream()
                        .filter(it -> it.startsWith(OPTION))
                        .findFirst()
                        .orElseThrow()
                        .substring(OPTION.length());
        try {
            Files.writeString(Path.of(notes), "classes " + trainings);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Payload make() throws PackException, InterruptedException {
        return Payload.make(MONITOR, jars, runtime, folder.resolve("cache"), TIME, this::train);
    }

    @Test
    void equalInputsMakeOnePayloadAndEqualPackages() throws Exception {
        Payload one = make();
        Path first = packed(one, "first.tar.gz");
        Payload two = make();
        assertThat(two).isEqualTo(one);
        assertThat(trainings).isEqualTo(1);
        assertThat(packed(two, "second.tar.gz")).hasSameBinaryContentAs(first);
    }

    private Path packed(Payload payload, String name) throws IOException {
        Path file = folder.resolve(name);
        new TarGzWriter("x/", TIME).write(new PackageTree().copy("lib", payload.folder()), file);
        return file;
    }

    @Test
    void anotherJarMakesAnother() throws Exception {
        Payload one = make();
        Files.writeString(jars.getFirst(), "changed");
        assertThat(make()).isNotEqualTo(one);
        assertThat(one.folder()).as("kept, as one of the most recent").isDirectory();
    }

    @Test
    void containsEverythingNeededToRun() throws Exception {
        Path payload = make().folder();
        assertThat(payload.resolve("runtime/bin/java")).isExecutable();
        assertThat(payload.resolve("runtime/link")).isSymbolicLink();
        assertThat(payload.resolve("lib/b-1.jar")).hasContent("b");
        assertThat(payload.resolve("java.options")).content().contains("-XX:+UseSerialGC");
        assertThat(payload.resolve("classes.aot")).hasContent("classes 1");
        assertThat(Files.getLastModifiedTime(payload.resolve("lib/a-1.jar")).toInstant())
                .as("by which the AOT cache identifies the jar")
                .isEqualTo(TIME);
    }

    @Test
    void isWholeOrNotThere() throws Exception {
        Path cache = folder.resolve("cache");
        assertThatThrownBy(() -> Payload.make(MONITOR, jars, runtime, cache, TIME, _ -> {}))
                .isInstanceOf(PackException.Failed.class)
                .hasMessageContaining("recorded no classes");
        assertThat(cache.toFile().list()).containsExactly(".retention.lock");
    }
}
