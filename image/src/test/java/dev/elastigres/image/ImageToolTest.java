package dev.elastigres.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageToolTest {
    private static final String NAME = "elastigres:1.2.3";

    private final Path folder;
    private final Path layer;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    ImageToolTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        layer = folder.resolve("layer");
        Files.createDirectories(layer.resolve("opt/app"));
        Path program = Files.writeString(layer.resolve("opt/app/run"), "program");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path text = Files.writeString(layer.resolve("opt/app/text"), "text");
        Files.setPosixFilePermissions(text, PosixFilePermissions.fromString("rw-r--r--"));
    }

    private int run(List<String> target) {
        var arguments = new ArrayList<>(target);
        arguments.addAll(
                List.of(
                        "--cache",
                        folder.resolve("cache").toString(),
                        "--architecture",
                        "arm64",
                        "--time",
                        "2026-01-01T00:00:00Z",
                        "--user",
                        "65532:65532",
                        "--entrypoint",
                        "/opt/app/run",
                        "--env",
                        "LANG=C.UTF-8",
                        "--label",
                        "org.opencontainers.image.version=1.2.3",
                        "--layer",
                        "app=" + layer));
        return tool().run(
                        new PrintWriter(out, true),
                        new PrintWriter(err, true),
                        arguments.toArray(String[]::new));
    }

    private static ToolProvider tool() {
        return ToolProvider.findFirst("elastigres-image").orElseThrow();
    }

    private Path tar(String name) {
        Path file = folder.resolve(name);
        assertThat(run(List.of("--name", NAME, "--tar", file.toString()))).as("%s", err).isZero();
        return file;
    }

    private static String java(String program) {
        return Path.of(System.getProperty("java.home"), "bin", program).toString();
    }

    private static String output(String... command) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return text;
    }

    @Test
    void writesArchiveThatDockerLoads() throws Exception {
        String file = tar("image.tar").toString();
        assertThat(output("tar", "xOf", file, "manifest.json")).contains("\"" + NAME + "\"");
        assertThat(output("tar", "xOf", file, "config.json"))
                .contains("\"architecture\":\"arm64\"")
                .contains("\"created\":\"2026-01-01T00:00:00Z\"")
                .contains("\"User\":\"65532:65532\"")
                .contains("\"Entrypoint\":[\"/opt/app/run\"]")
                .contains("\"LANG=C.UTF-8\"")
                .contains("\"org.opencontainers.image.version\":\"1.2.3\"");
        assertThat(out.toString()).startsWith("sha256:");
    }

    @Test
    void filesKeepTheirPermissionsAndAreRoots() throws Exception {
        String file = tar("image.tar").toString();
        String layers =
                output("tar", "tf", file)
                        .lines()
                        .filter(it -> it.endsWith(".tar.gz"))
                        .findFirst()
                        .orElseThrow();
        assertThat(output("tar", "xf", file, "-C", folder.toString(), layers)).isEmpty();
        assertThat(
                        output(
                                "tar",
                                "--numeric-owner",
                                "--utc",
                                "-tvf",
                                folder.resolve(layers).toString()))
                .containsPattern("-rwxr-xr-x 0/0 +7 2026-01-01 00:00 opt/app/run")
                .containsPattern("-rw-r--r-- 0/0 +4 2026-01-01 00:00 opt/app/text");
    }

    @Test
    void equalFoldersMakeEqualImages() throws Exception {
        Path first = tar("first.tar");
        Files.setLastModifiedTime(layer.resolve("opt/app/text"), FileTime.fromMillis(1000));
        assertThat(tar("second.tar")).hasSameBinaryContentAs(first);
        Files.writeString(layer.resolve("opt/app/text"), "other");
        assertThat(Files.mismatch(tar("third.tar"), first)).isNotEqualTo(-1);
    }

    @Test
    void pushesWithDockerCredentialsWithoutPrintingThem() throws Exception {
        Path keys = folder.resolve("keys.p12");
        output(
                java("keytool"),
                "-genkeypair",
                "-alias",
                "registry",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-keystore",
                keys.toString(),
                "-storepass",
                "of-the-keys");
        try (var registry = TestRegistry.open(keys, "of-the-keys", "somebody", "a-secret")) {
            Path docker = Files.createDirectories(folder.resolve("docker"));
            Path config = docker.resolve("config.json");
            String name = registry.address() + "/team/elastigres:1.2.3";

            registry.writeCredentials(config, "somebody", "wrong-secret");
            assertThat(push(name, docker)).isEqualTo(1);
            assertThat(err.toString()).hasLineCount(1).contains(registry.address());

            registry.writeCredentials(config, "somebody", "a-secret");
            assertThat(push(name, docker)).as("%s", err).isZero();
            assertThat(registry.manifests()).containsKey("1.2.3");
            assertThat(registry.manifests().get("1.2.3"))
                    .contains("application/vnd.oci.image.manifest.v1+json");
            assertThat(out.toString() + err).doesNotContain("secret");
        }
    }

    /// Pushes in a separate process, because an environment variable sets the folder of docker's
    /// credentials.
    private int push(String name, Path docker) throws IOException, InterruptedException {
        var command =
                new ArrayList<>(
                        List.of(
                                java("java"),
                                "--sun-misc-unsafe-memory-access=allow",
                                "-cp",
                                System.getProperty("java.class.path"),
                                PushProgram.class.getName(),
                                "--name",
                                name,
                                "--cache",
                                folder.resolve("cache").toString(),
                                "--architecture",
                                "amd64",
                                "--time",
                                "2026-01-01T00:00:00Z",
                                "--user",
                                "0",
                                "--layer",
                                "app=" + layer));
        var builder = new ProcessBuilder(command);
        builder.environment().put("DOCKER_CONFIG", docker.toString());
        builder.redirectErrorStream(true);
        Process process = builder.start();
        process.getOutputStream().close();
        err.getBuffer().setLength(0);
        err.append(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void wrongUsageIsTwoAndOneLine() {
        assertThat(run(List.of("--nosuch", "x"))).isEqualTo(2);
        assertThat(run(List.of("--name", NAME, "--label", "no-value"))).isEqualTo(2);
        assertThat(run(List.of("--tar", "x.tar"))).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(
                        """
                        unknown flag: --nosuch
                        --label is not NAME=VALUE: no-value
                        say --name
                        """);
    }

    @Test
    void reportsFailureInOneLine() {
        assertThat(run(List.of("--name", "NOT A NAME", "--tar", "x.tar"))).isEqualTo(1);
        assertThat(err.toString()).hasLineCount(1).contains("NOT A NAME");
    }
}
