package dev.elastigres.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tests the built application through its launcher: its modules must open and export the packages
/// that libraries access by reflection.
class AppIT {
    private static final Path APP =
            Path.of(Objects.requireNonNull(System.getProperty("elastigres.app")));

    @Test
    void printsVersionAndCommands() throws Exception {
        assertThat(run(0, "--version")).startsWith("elastigres ").doesNotContain("unknown");
        assertThat(run(0, "--help")).contains("demo", "monitor", "package", "bench", "help");
        assertThat(run(0, "monitor", "--version")).startsWith("elastigres-monitor ");
        assertThat(run(0, "help", "monitor")).isEqualTo(run(0, "monitor", "--help"));
    }

    @Test
    void namesAMistakeInOneLine() throws Exception {
        assertThat(run(2, "monitor", "--cgroup-overhed", "0.1"))
                .isEqualTo(
                        "elastigres monitor: unknown flag --cgroup-overhed: did you mean"
                                + " --cgroup-overhead?\n");
        assertThat(run(2, "monitr")).hasLineCount(1).contains("monitor");
        assertThat(run(2, "help", "monitr")).hasLineCount(1).contains("no command monitr");
        assertThat(run(2, "demo", "--nosuch")).hasLineCount(1).contains("--nosuch");
    }

    @Test
    void showsTheDemo() throws Exception {
        assertThat(run(0, "demo", "--json")).contains("\"event\":\"summary\"");
    }

    @Test
    void packsTheMonitor(@TempDir Path folder) throws Exception {
        assertThat(run(0, "package", "--out", folder.toString()))
                .contains(".deb\n", ".tar.gz\n", ".cdx.json\n");
        Path archive;
        try (var files = Files.list(folder)) {
            archive =
                    files.filter(it -> it.toString().endsWith(".tar.gz")).findFirst().orElseThrow();
        }
        assertThat(output(0, List.of("tar", "xf", archive.toString(), "-C", folder.toString())))
                .isEmpty();
        String name = archive.getFileName().toString().replace(".tar.gz", "");
        try (var jars = Files.list(folder.resolve(name + "/lib/elastigres-monitor/lib"))) {
            assertThat(jars.map(jar -> jar.getFileName().toString().replaceAll("-\\d.*", "")))
                    .containsExactlyInAnyOrder(
                            "elastigres-core",
                            "elastigres-daemon",
                            "elastigres-monitor",
                            "elastigres-protocol",
                            "jackson-core",
                            "postgresql",
                            "tomlj");
        }
        Path program = folder.resolve(name).resolve("bin/elastigres-monitor");
        // Java would print a warning if the AOT cache were not valid in this folder.
        assertThat(output(0, List.of(program.toString(), "--version")))
                .matches("elastigres-monitor \\d[\\w.-]*\n");
        assertThat(output(2, List.of(program.toString(), "--nosuch"))).hasLineCount(1);
    }

    private static String run(int exitCode, String... arguments)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-p", APP.toString(), "-m", "dev.elastigres.app/dev.elastigres.app.Main"));
        command.addAll(List.of(arguments));
        return output(exitCode, command);
    }

    private static String output(int exitCode, List<String> command)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).as(output).isTrue();
        assertThat(process.exitValue()).as(output).isEqualTo(exitCode);
        return output;
    }
}
